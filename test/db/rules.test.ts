import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { addRuleVersion, type RuleTarget } from '../../db/queries/add-rule-version.ts';
import { createProgramme } from '../../db/queries/programmes.ts';
import { loadRules } from '../../db/queries/rules-in-force.ts';
import { findRule } from '../../db/queries/rules.ts';
import { readTerms, writeTerms } from '../../db/rule-terms.ts';
import { DomainError } from '../../domain/errors.ts';
import { DEFAULT_TERMS } from '../../domain/rules/effective.ts';
import type { Terms } from '../../domain/rules/terms.ts';
import { insertPayee } from '../support/releases.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function programme(): Promise<string> {
  const id = newId('programme');
  const given = { id, externalId: id, name: 'Rules', zone: 'UTC', automatic: undefined };
  return (await createProgramme(db, given, SYSTEM)).programme.id;
}

interface Span {
  from?: string;
  to?: string;
}

const add = (
  programmeId: string,
  terms: Terms,
  given: Partial<RuleTarget> & Span = {},
): ReturnType<typeof addRuleVersion> =>
  addRuleVersion(db, {
    programmeId,
    groupName: given.groupName ?? null,
    payeeId: given.payeeId ?? null,
    ruleId: newId('rule'),
    effectiveFrom: new Date(given.from ?? '2026-01-01'),
    effectiveTo: given.to === undefined ? null : new Date(given.to),
    terms,
    note: null,
    begunAt: null,
    actor: SYSTEM,
  });

const at = (day: string): number => Date.parse(day);

const spansOf = async (ruleId: string) =>
  (await findRule(db, ruleId))?.versions.map(({ version, effectiveFrom, effectiveTo }) => [
    version,
    effectiveFrom.toISOString().slice(0, 10),
    effectiveTo?.toISOString().slice(0, 10) ?? null,
  ]);

const refused = async (adding: Promise<unknown>) => {
  try {
    await adding;
    return 'added';
  } catch (error) {
    if (error instanceof DomainError) return error.details?.[0]?.path;
    throw error;
  }
};

test('what a version says, and that it was there, is not changed in SQL; an end is set once', async () => {
  const programmeId = await programme();
  const { ruleId } = await add(programmeId, { holdingDays: 1 });
  const run = (sql: string) => db.run(z.unknown(), sql, [ruleId]);
  for (const change of [
    `update payout_rule_versions set terms = '{}' where rule_id = $1`,
    `update payout_rule_versions set effective_from = now() where rule_id = $1`,
    `update payout_rule_versions set note = 'other' where rule_id = $1`,
    `update payout_rule_versions set created_by = 'other' where rule_id = $1`,
    `update payout_rule_versions set version = 2 where rule_id = $1`,
    'delete from payout_rule_versions where rule_id = $1',
    `update payout_rules set group_name = 'other' where id = $1`,
    'delete from payout_rules where id = $1',
  ]) {
    await expect(run(change)).rejects.toThrow(/never changes|append-only|payout_rule/);
  }
  await run(`update payout_rule_versions set effective_to = '2027-01-01' where rule_id = $1`);
  for (const end of ["'2028-01-01'", 'null']) {
    await expect(
      run(`update payout_rule_versions set effective_to = ${end} where rule_id = $1`),
    ).rejects.toThrow(/never changes/);
  }
  expect(await spansOf(ruleId)).toEqual([[1, '2026-01-01', '2027-01-01']]);
});

test('the database itself refuses an overlap', async () => {
  const { ruleId } = await add(await programme(), { holdingDays: 1 });
  await expect(
    db.run(
      z.unknown(),
      `insert into payout_rule_versions (rule_id, version, effective_from, effective_to, terms, created_by)
       values ($1, 2, '2025-12-01', '2026-01-02', '{}', 'test')`,
      [ruleId],
    ),
  ).rejects.toThrow(/no_overlap/);
});

test('of 20 calls at once without an end those that are added stand in line, each ended by the next', async () => {
  const programmeId = await programme();
  const days = Array.from(
    { length: 20 },
    (_, place) => `2026-01-${String(place + 1).padStart(2, '0')}`,
  );
  const results = await Promise.all(days.map((from) => refused(add(programmeId, {}, { from }))));
  // One that comes after a later one lies within a span that has ended, or has no end before it.
  const taken = results.filter((result) => result === 'added').length;
  expect(taken).toBeGreaterThan(0);
  expect(['added', 'effectiveFrom', 'effectiveTo']).toEqual(expect.arrayContaining(results));
  const rules = await db.run(
    z.object({ id: z.string() }),
    'select id from payout_rules where programme_id = $1',
    [programmeId],
  );
  expect(rules).toHaveLength(1);
  const spans = (await spansOf(rules[0]?.id ?? ''))?.toReversed() ?? [];
  expect(spans).toHaveLength(taken);
  for (const [index, [version, , to]] of spans.entries()) {
    expect([version, to]).toEqual([index + 1, spans[index + 1]?.[1] ?? null]);
  }
});

test('20 calls at once for one span: one is added', async () => {
  const programmeId = await programme();
  const results = await Promise.all(
    Array.from({ length: 20 }, () => refused(add(programmeId, { holdingDays: 3 }))),
  );
  expect(results.filter((result) => result === 'added')).toHaveLength(1);
  expect(results.filter((result) => result === 'effectiveFrom')).toHaveLength(19);
});

test('each section is that of the affiliate, else of its group, else of the programme', async () => {
  const programmeId = await programme();
  const [own, inGroup, alone] = [
    await insertPayee(db),
    await insertPayee(db),
    await insertPayee(db),
  ];
  const flat = (amountMinor: bigint): Terms['commission'] => [
    { currency: 'USD', rate: { kind: 'flat', amountMinor }, floorMinor: null, capMinor: null },
  ];
  const base = await add(programmeId, { commission: flat(1n), holdingDays: 1, rounding: 'down' });
  const group = await add(
    programmeId,
    { commission: flat(2n), holdingDays: 2 },
    { groupName: 'g' },
  );
  const self = await add(programmeId, { commission: flat(3n) }, { payeeId: own });
  await add(await programme(), { commission: flat(9n) }, { payeeId: own });
  const rules = await loadRules(db, programmeId, null);
  const held = (id: string, groupName: string | null) => {
    const { terms, sources } = rules.termsAt({ id, groupName }, at('2026-02-01')) ?? {};
    const { commission, holdingDays, rounding, fee } = terms ?? DEFAULT_TERMS;
    const from = [sources?.commission, sources?.holdingDays, sources?.rounding, sources?.fee];
    return [commission, holdingDays, rounding, fee, ...from.map((source) => source?.ruleId)];
  };
  const [b, g, s] = [base.ruleId, group.ruleId, self.ruleId];
  expect(held(own, 'g')).toEqual([flat(3n), 2, 'down', null, s, g, b, undefined]);
  expect(held(own, null)).toEqual([flat(3n), 1, 'down', null, s, b, b, undefined]);
  expect(held(inGroup, 'g')).toEqual([flat(2n), 2, 'down', null, g, g, b, undefined]);
  expect(held(alone, null)).toEqual([flat(1n), 1, 'down', null, b, b, b, undefined]);
  expect(held(alone, 'another')).toEqual(held(alone, null));
});

test('equal combinations of versions are one object; loaded for others, nobody has a rule of its own', async () => {
  const programmeId = await programme();
  const [own, alone] = [await insertPayee(db), await insertPayee(db)];
  await add(programmeId, { holdingDays: 1 });
  await add(programmeId, { holdingDays: 2 }, { from: '2026-06-01' });
  await add(programmeId, { holdingDays: 3 }, { payeeId: own });
  const rules = await loadRules(db, programmeId, [own, alone]);
  const termsAt = (id: string, day: string) => rules.termsAt({ id, groupName: null }, at(day));
  expect(termsAt(alone, '2026-02-01')).toBe(termsAt('aff_other', '2026-05-31'));
  expect(termsAt(alone, '2026-06-01')).not.toBe(termsAt(alone, '2026-05-31'));
  expect(termsAt(own, '2026-02-01')?.terms.holdingDays).toBe(3);
  const ofOthers = await loadRules(db, programmeId, [alone]);
  const found = ofOthers.termsAt({ id: own, groupName: null }, at('2026-02-01'));
  expect(found?.terms.holdingDays).toBe(1);
});

test('a version holds from its first instant to its last; before and between nothing does', async () => {
  const programmeId = await programme();
  await add(programmeId, { holdingDays: 1 }, { to: '2026-02-01' });
  await add(programmeId, { holdingDays: 2 }, { from: '2026-03-01' });
  const rules = await loadRules(db, programmeId, []);
  const daysAt = (instant: number) =>
    rules.termsAt({ id: 'aff_x', groupName: null }, instant)?.terms.holdingDays ?? null;
  expect(
    [at('2026-01-01') - 1, at('2026-01-01'), at('2026-02-01') - 1, at('2026-02-01')].map(daysAt),
  ).toEqual([null, 1, 1, null]);
  expect([at('2026-03-01') - 1, at('2026-03-01'), at('2099-01-01')].map(daysAt)).toEqual([
    null,
    2,
    2,
  ]);
});

test('terms are written and read back the same, sections without anything left out', () => {
  const terms: Terms = {
    eligibility: {
      attributionDays: 30,
      orderWindowDays: null,
      customerWindowDays: 7,
      minimumOrders: [{ currency: 'JPY', amountMinor: 9_007_199_254_740_991n }],
      selfReferral: 'allow',
    },
    commission: [
      {
        currency: null,
        rate: {
          kind: 'tiers',
          measure: 'count',
          period: 'all',
          mode: 'marginal',
          tiers: [
            { from: 0n, to: 5n, rate: { kind: 'percentage', bps: 1 } },
            { from: 5n, to: null, rate: { kind: 'percentage', bps: 10_000 } },
          ],
        },
        floorMinor: null,
        capMinor: null,
      },
      {
        currency: 'USD',
        rate: {
          kind: 'brackets',
          brackets: [{ from: 0n, to: null, rate: { kind: 'flat', amountMinor: 5n } }],
        },
        floorMinor: 1n,
        capMinor: 2n,
      },
    ],
    fee: { bearer: 'platform', rates: [], monthlyMinimums: [{ currency: 'EUR', amountMinor: 0n }] },
    rounding: 'up',
    holdingDays: 0,
    payout: {
      minimums: [{ currency: 'USD', amountMinor: 1n, method: 'mock', country: 'DE' }],
      maximums: [],
    },
    frequency: { every: 'fortnight', weekday: 5 },
  };
  const written: unknown = JSON.parse(JSON.stringify(writeTerms(terms)));
  expect(readTerms(written)).toEqual(terms);
  expect(readTerms(writeTerms(DEFAULT_TERMS))).toEqual({
    eligibility: DEFAULT_TERMS.eligibility,
    rounding: 'half_up',
    holdingDays: 0,
  });
  expect(() => readTerms({ bonus: 1 })).toThrow(/bonus/);
});
