import { judgeYear, type YearTally } from '../../test/support/risk-year/judge-year.ts';
import { makeYear } from '../../test/support/risk-year/make-year.ts';
import type { Figure } from '../measure/figure.ts';
import { percentile } from '../measure/statistics.ts';
import type { Bench, Findings } from './suite.ts';

const SUITE = 'risk';
const SEED = 20_250_101;
const PLANTS_OF_EACH = 52;
/** The last weeks are judged; what came before is the history that they are compared with. */
const FROM_DAY = 340;
const DECISION_MS_MAX = 20;

/**
 * How long the rules of suspicious activity take to decide, one decision after the other, over a year of
 * actions. The share of its batch counts for a payment, and a whole call for what an actor does. Beside
 * each of these one row is looked up by its key: what that takes is the machine's, not the rules'.
 */
export async function riskSuite({ ground, log, options, signal }: Bench): Promise<Findings> {
  const rounds: YearTally[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    signal.throwIfAborted();
    const database = `risk_${round}`;
    const databaseUrl = await ground.copyDatabase(database);
    try {
      const year = makeYear(SEED, PLANTS_OF_EACH);
      rounds.push(await judgeYear(databaseUrl, year, { lanes: 1, fromDay: FROM_DAY, said: log }));
    } finally {
      await ground.dropDatabase(database);
    }
  }
  const figures = [figure('decision', rounds, (tally) => tally.decisionMs)];
  for (const kind of ['act', 'batch', 'earnings', 'answers', 'webhooks'] as const) {
    figures.push(figure(`call of ${kind}`, rounds, (tally) => tally.callMs.get(kind) ?? [0]));
  }
  figures.push(figure('a look-up by its key', rounds, ({ referenceMs }) => referenceMs));
  const details = rounds.map(({ benign, planted, falseAlarms }) => ({
    benign,
    planted,
    falseAlarms,
  }));
  return { figures: figures.flat(), details: { suite: SUITE, rounds: details } };
}

const figure = (
  name: string,
  rounds: readonly YearTally[],
  of: (tally: YearTally) => readonly number[],
): Figure[] =>
  [0.5, 0.99].map((share) => ({
    suite: SUITE,
    name: `${name}, p${share * 100}`,
    unit: 'ms',
    measured: rounds.map((tally) => percentile(of(tally), share)),
    ...(name === 'decision' &&
      share === 0.99 && { goal: { of: 'measured' as const, atMost: DECISION_MS_MAX } }),
  }));
