import { expect, test } from 'vitest';
import { z } from 'zod';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { affiliate, unique } from './support/data.ts';
import { count, useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();

const TENTH = { commission: [{ currency: null, rate: { kind: 'percentage', bps: 1_000 } }] };

/** Everything that terms may say, as it is answered. */
const WHOLE = {
  eligibility: {
    attributionDays: 30,
    orderWindowDays: 365,
    customerWindowDays: null,
    minimumOrders: [{ currency: 'USD', amount: 1_000 }],
    selfReferral: 'refuse',
  },
  commission: [
    {
      currency: 'USD',
      rate: {
        kind: 'tiers',
        measure: 'volume',
        period: 'month',
        mode: 'whole',
        tiers: [
          { from: 0, to: 100_000, rate: { kind: 'percentage', bps: 500 } },
          { from: 100_000, to: null, rate: { kind: 'flat', amount: 700 } },
        ],
      },
      floorAmount: 10,
      capAmount: 5_000,
    },
    {
      currency: 'EUR',
      rate: {
        kind: 'brackets',
        brackets: [
          { from: 0, to: 10_000, rate: { kind: 'flat', amount: 100 } },
          { from: 10_000, to: null, rate: { kind: 'percentage', bps: 300 } },
        ],
      },
      floorAmount: null,
      capAmount: null,
    },
  ],
  fee: {
    bearer: 'payee',
    rates: [
      {
        currency: null,
        rate: { kind: 'percentage', bps: 200 },
        floorAmount: null,
        capAmount: null,
      },
    ],
    monthlyMinimums: [{ currency: 'USD', amount: 500 }],
  },
  rounding: 'half_even',
  holdingDays: 30,
  payout: {
    minimums: [{ currency: 'USD', amount: 5_000, method: 'mock', country: 'DE' }],
    maximums: [{ currency: 'USD', amount: 100_000, method: null, country: null }],
  },
  frequency: { every: 'week', weekday: 1 },
};

async function programme(): Promise<string> {
  const body = { externalId: unique('programme'), name: 'Rules', zone: 'UTC' };
  return String((await api.post('/programmes', body)).at('programme.id'));
}

async function payee(groupName: string | null = null): Promise<string> {
  const id = String((await api.post('/affiliates', affiliate())).at('items.0.id'));
  await api.db.run(z.unknown(), 'update payees set group_name = $2 where id = $1', [id, groupName]);
  return id;
}

const add = (given: Record<string, unknown>, headers: Record<string, string> = {}) =>
  api.post('/rules', { effectiveFrom: '2026-01-01', terms: TENTH, ...given }, { headers });

const rows = () =>
  Promise.all(
    ['payout_rules', 'payout_rule_versions', 'audit_logs', 'programmes'].map((table) =>
      count(api.db, `select count(*) as n from ${table}`),
    ),
  );

const refusal = (answer: Answer) => [answer.status, answer.at('error.code')];
const paths = (answer: Answer) =>
  answer.list('error.details').map((detail) => Reflect.get(Object(detail), 'path'));

test('a rule of each scope, with all that terms may say, is read back as it was given', async () => {
  const programmeId = await programme();
  const affiliateId = await payee();
  for (const [target, scope] of [
    [{}, 'programme'],
    [{ groupName: 'gold' }, 'group'],
    [{ affiliateId }, 'affiliate'],
  ] as const) {
    const made = await add({ programmeId, ...target, terms: WHOLE, note: 'as agreed' });
    expect(made.status).toBe(201);
    expect(made.at('rule')).toMatchObject({ programmeId, scope, ...target });
    expect(made.at('version')).toMatchObject({
      version: 1,
      effectiveFrom: '2026-01-01T00:00:00.000Z',
      effectiveTo: null,
      terms: WHOLE,
      note: 'as agreed',
    });
    const read = await api.get(`/rules/${String(made.at('rule.id'))}`);
    expect(read.at('versions.0')).toEqual(made.at('version'));
  }
  const listed = await api.get(`/rules?programmeId=${programmeId}`);
  expect(listed.list('rules')).toHaveLength(3);
  const filtered = await api.get(`/rules?programmeId=${programmeId}&groupName=gold`);
  expect(filtered.list('rules')).toHaveLength(1);
  expect((await api.get(`/rules?affiliateId=${affiliateId}`)).list('rules')).toHaveLength(1);
});

test('names instead of ids, and the programme that is there from the start', async () => {
  const externalId = unique('programme');
  await api.post('/programmes', { externalId, name: 'Named', zone: 'UTC' });
  const affiliateExternalId = unique('aff');
  await api.post('/affiliates', affiliate({ externalId: affiliateExternalId }));
  const made = await add({ programmeExternalId: externalId, affiliateExternalId });
  expect(made.at('rule.scope')).toBe('affiliate');
  const other = await add({ groupName: unique('group') });
  expect(other.at('rule.programmeId')).toBe(DEFAULT_PROGRAMME_ID);
});

test('a version without an end ends where the next begins; the audit log says so', async () => {
  const programmeId = await programme();
  const first = await add({ programmeId });
  const second = await add({ programmeId, effectiveFrom: '2026-06-01' });
  expect(second.at('rule.id')).toBe(first.at('rule.id'));
  const read = await api.get(`/rules/${String(first.at('rule.id'))}`);
  expect(read.list('versions')).toMatchObject([
    { version: 2, effectiveFrom: '2026-06-01T00:00:00.000Z', effectiveTo: null },
    { version: 1, effectiveTo: '2026-06-01T00:00:00.000Z' },
  ]);
  const listed = await api.get(`/rules?programmeId=${programmeId}`);
  expect(listed.at('rules.0.latest.version')).toBe(2);
  const audit = await api.db.run(
    z.object({ details: z.record(z.string(), z.unknown()) }),
    "select details from audit_logs where action = 'rule.version_added' and details ->> 'ruleId' = $1 order by id",
    [first.at('rule.id')],
  );
  expect(audit.map(({ details }) => [details['version'], details['ended']])).toEqual([
    [1, undefined],
    [2, 1],
  ]);
});

test.each([
  ['begins where one does', { effectiveFrom: '2026-03-01' }, 'effectiveFrom'],
  ['begins within one that has an end', { effectiveFrom: '2026-02-01' }, 'effectiveFrom'],
  [
    'runs into a later one',
    { effectiveFrom: '2025-12-01', effectiveTo: '2026-01-02' },
    'effectiveTo',
  ],
  ['has no end before a later one', { effectiveFrom: '2025-12-01' }, 'effectiveTo'],
])('a span that %s is 422, and nothing is stored', async (_what, span, path) => {
  const programmeId = await programme();
  await add({ programmeId, effectiveTo: '2026-03-01' });
  await add({ programmeId, effectiveFrom: '2026-03-01' });
  const before = await rows();
  const answer = await add({ programmeId, ...span });
  expect([...refusal(answer), ...paths(answer)]).toEqual([422, 'validation_error', path]);
  expect(await rows()).toEqual(before);
});

test('spans that touch do not overlap', async () => {
  const programmeId = await programme();
  await add({ programmeId, effectiveFrom: '2026-03-01' });
  const before = await add({ programmeId, effectiveFrom: '2025-12-01', effectiveTo: '2026-03-01' });
  expect([before.status, before.at('version.version')]).toEqual([201, 2]);
});

test('20 calls at once for the same span: one is added, the others are refused', async () => {
  const programmeId = await programme();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, place) => add({ programmeId, note: `caller ${place}` })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(
    new Set(
      answers
        .filter(({ status }) => status !== 201)
        .map((each) => each.text.includes('effectiveFrom')),
    ),
  ).toEqual(new Set([true]));
  const listed = await api.get(`/rules?programmeId=${programmeId}`);
  expect(listed.list('rules')).toHaveLength(1);
});

test('20 calls at once for months that follow each other are all added, and none overlaps', async () => {
  const programmeId = await programme();
  const day = (month: number) => new Date(Date.UTC(2026, month, 1)).toISOString();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, month) =>
      add({ programmeId, effectiveFrom: day(month), effectiveTo: day(month + 1) }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
  const read = await api.get(`/rules/${String(answers[0]?.at('rule.id'))}`);
  expect(read.list('versions').map((each) => Reflect.get(Object(each), 'version'))).toEqual(
    Array.from({ length: 20 }, (_, place) => 20 - place),
  );
});

test('under its Idempotency-Key the first answer again; without one the repetition overlaps', async () => {
  const programmeId = await programme();
  const headers = { 'idempotency-key': unique('key') };
  const first = await add({ programmeId }, headers);
  expect((await add({ programmeId }, headers)).text).toBe(first.text);
  await api.db.run(
    z.unknown(),
    `update idempotency_keys set response_status = null, response_body = null, locked_until = now() where key = $1`,
    [headers['idempotency-key']],
  );
  const afterCrash = await add({ programmeId }, headers);
  expect([afterCrash.status, afterCrash.text]).toEqual([201, first.text]);
  expect(refusal(await add({ programmeId }))).toEqual([422, 'validation_error']);
});

const percentage = (bps: number) => ({ kind: 'percentage', bps });

test('effective terms come section by section from the affiliate, its group and the programme', async () => {
  const programmeId = await programme();
  const group = unique('group');
  const id = await payee(group);
  const base = await add({ programmeId, terms: { ...TENTH, holdingDays: 30, rounding: 'down' } });
  const ofGroup = await add({
    programmeId,
    groupName: group,
    terms: { holdingDays: 14, rounding: 'up' },
  });
  const own = await add({ programmeId, affiliateId: id, terms: { holdingDays: 7 } });
  const ruleOf = (answer: Answer) => ({ ruleId: answer.at('rule.id'), version: 1 });
  const held = await api.get(`/affiliates/${id}/terms?programmeId=${programmeId}&at=2026-02-01`);
  expect(held.at('terms')).toMatchObject({
    commission: [{ currency: null, rate: percentage(1_000) }],
    rounding: 'up',
    holdingDays: 7,
  });
  expect(held.at('sources')).toMatchObject({
    commission: ruleOf(base),
    rounding: ruleOf(ofGroup),
    holdingDays: ruleOf(own),
    fee: null,
    eligibility: null,
  });
  const early = await api.get(`/affiliates/${id}/terms?programmeId=${programmeId}&at=2025-12-31`);
  expect(early.at('terms')).toMatchObject({ rounding: 'half_up', holdingDays: 0 });
  expect(early.at('sources.commission')).toBeNull();
  expect((await api.get(`/affiliates/aff_${'f'.repeat(32)}/terms`)).status).toBe(404);
});
