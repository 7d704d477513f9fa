import { afterAll, beforeAll, expect, test } from 'vitest';
import { RISK_RULES } from '../../domain/risk/rule.ts';
import { judgeYear, quantile, type YearTally } from '../support/risk-year/judge-year.ts';
import { makeYear } from '../support/risk-year/make-year.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** Another year is drawn with RISK_YEAR_SEED. */
const SEED = Number(process.env['RISK_YEAR_SEED'] ?? 20_250_101);
const PLANTS_OF_EACH = 52;
const PLANTS_MIN = 50;
const ACTIONS_MIN = 200_000;
const FALSE_SHARE_MAX = 0.005;
const HOUR_MS = 3_600_000;

let database: TestDatabase;
let tally: YearTally;
const year = makeYear(SEED, PLANTS_OF_EACH);

beforeAll(async () => {
  database = await createTestDatabase();
  tally = await judgeYear(database.databaseUrl, year, {
    lanes: 4,
    fromDay: 0,
    said: (text) => console.log(text),
  });
  report();
}, HOUR_MS);
afterAll(() => database.drop());

function report(): void {
  const { benign, planted, falseAlarms, decisionMs, callMs, falseByRule } = tally;
  const ms = (values: readonly number[], share: number) => quantile(values, share).toFixed(2);
  const share = ((100 * falseAlarms) / benign).toFixed(3);
  console.log(
    `seed ${SEED}: ${benign} benign actions, ${planted} actions of ${year.plants.length} attacks`,
  );
  console.log(`false alarms: ${falseAlarms} (${share}%)`, Object.fromEntries(falseByRule));
  const missed = year.plants.filter(({ id }) => !tally.found.has(id)).map(({ rule }) => rule);
  console.log(`missed: ${missed.length}`, missed.toSorted().join(' '));
  console.log(`a decision takes p50 ${ms(decisionMs, 0.5)} ms, p99 ${ms(decisionMs, 0.99)} ms`);
  for (const [kind, values] of callMs) {
    console.log(
      `${values.length} calls of ${kind}: p50 ${ms(values, 0.5)}, p99 ${ms(values, 0.99)} ms`,
    );
  }
}

test('the year holds 200,000 actions and at least 50 attacks of every rule', () => {
  expect(tally.benign + tally.planted).toBeGreaterThanOrEqual(ACTIONS_MIN);
  const few = RISK_RULES.filter(
    (rule) => year.plants.filter((plant) => plant.rule === rule).length < PLANTS_MIN,
  );
  expect(few).toEqual([]);
});

test('every attack is found by its own rule', () => {
  const missed = year.plants.filter(({ id }) => !tally.found.has(id));
  expect(missed).toEqual([]);
});

test('at most 0.5% of what nobody planted raises an alarm of any level', () => {
  expect(tally.falseAlarms / tally.benign).toBeLessThanOrEqual(FALSE_SHARE_MAX);
});
