import { expect, test } from 'vitest';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { unique } from './support/data.ts';
import { count, useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();

const TENTH = { commission: [{ currency: null, rate: { kind: 'percentage', bps: 1_000 } }] };

const add = (given: Record<string, unknown>) =>
  api.post('/rules', { effectiveFrom: '2026-01-01', terms: TENTH, ...given });

const rows = () =>
  Promise.all(
    ['payout_rules', 'payout_rule_versions', 'audit_logs', 'programmes'].map((table) =>
      count(api.db, `select count(*) as n from ${table}`),
    ),
  );

const refusal = (answer: Answer) => [answer.status, answer.at('error.code')];
const paths = (answer: Answer) =>
  answer.list('error.details').map((detail) => Reflect.get(Object(detail), 'path'));

test('what is refused here differs from what is taken in nothing else', async () => {
  expect((await add({ groupName: unique('group') })).status).toBe(201);
});

const percentage = (bps: number) => ({ kind: 'percentage', bps });
const tiers = (steps: unknown) => ({
  commission: [
    {
      currency: 'USD',
      rate: { kind: 'tiers', measure: 'volume', period: 'month', mode: 'whole', tiers: steps },
    },
  ],
});
const usd = (amount: number) => [{ currency: 'USD', amount }];

test.each([
  ['a rate above 100%', { commission: [{ rate: percentage(10_001) }] }, 'commission.0.rate.bps'],
  ['a negative rate', { commission: [{ rate: percentage(-1) }] }, 'commission.0.rate.bps'],
  ['half a basis point', { commission: [{ rate: percentage(0.5) }] }, 'commission.0.rate.bps'],
  [
    'a kind of rate that is none',
    { commission: [{ rate: { kind: 'x' } }] },
    'commission.0.rate.kind',
  ],
  [
    'a flat rate without a currency',
    { commission: [{ rate: { kind: 'flat', amount: 1 } }] },
    'commission.0.rate.amount',
  ],
  [
    'tiers with a gap',
    tiers([
      { from: 0, to: 10, rate: percentage(1) },
      { from: 11, rate: percentage(2) },
    ]),
    'commission.0.rate.tiers.1.from',
  ],
  [
    'tiers that overlap',
    tiers([
      { from: 0, to: 10, rate: percentage(1) },
      { from: 9, rate: percentage(2) },
    ]),
    'commission.0.rate.tiers.1.from',
  ],
  [
    'tiers that begin above 0',
    tiers([{ from: 1, rate: percentage(1) }]),
    'commission.0.rate.tiers.0.from',
  ],
  [
    'tiers that end',
    tiers([{ from: 0, to: 10, rate: percentage(1) }]),
    'commission.0.rate.tiers.0.to',
  ],
  ['no tiers', tiers([]), 'commission.0.rate.tiers'],
  [
    'a floor above the cap',
    { commission: [{ currency: 'USD', rate: percentage(1), floorAmount: 2, capAmount: 1 }] },
    'commission.0.floorAmount',
  ],
  [
    'two rates of a currency',
    { commission: [{ rate: percentage(1) }, { rate: percentage(2) }] },
    'commission.1.currency',
  ],
  [
    'a currency that is none',
    { commission: [{ currency: 'XYZ', rate: percentage(1) }] },
    'commission.0.currency',
  ],
  ['a negative minimum payout', { payout: { minimums: usd(-1) } }, 'payout.minimums.0.amount'],
  ['a maximum payout of 0', { payout: { maximums: usd(0) } }, 'payout.maximums.0.amount'],
  [
    'a maximum below the minimum',
    { payout: { minimums: usd(2), maximums: usd(1) } },
    'payout.maximums.0.amount',
  ],
  [
    'a country that is none',
    { payout: { minimums: [{ currency: 'USD', amount: 1, country: 'de' }] } },
    'payout.minimums.0.country',
  ],
  [
    'a negative minimum order',
    { eligibility: { minimumOrders: usd(-1) } },
    'eligibility.minimumOrders.0.amount',
  ],
  [
    'an attribution window of -1 days',
    { eligibility: { attributionDays: -1 } },
    'eligibility.attributionDays',
  ],
  ['a holding of -1 days', { holdingDays: -1 }, 'holdingDays'],
  ['a holding of half a day', { holdingDays: 0.5 }, 'holdingDays'],
  [
    'a negative minimum fee',
    { fee: { bearer: 'payee', rates: [], monthlyMinimums: usd(-1) } },
    'fee.monthlyMinimums.0.amount',
  ],
  ['a fee that nobody bears', { fee: { rates: [] } }, 'fee.bearer'],
  ['an eighth weekday', { frequency: { every: 'week', weekday: 8 } }, 'frequency.weekday'],
  ['a 32nd day', { frequency: { every: 'month', day: 32 } }, 'frequency.day'],
  ['a frequency that is none', { frequency: { every: 'blue moon' } }, 'frequency.every'],
  ['a rounding that is none', { rounding: 'sideways' }, 'rounding'],
  ['a section that is none', { bonus: 1 }, 'bonus'],
  [
    'a method with a null character',
    { payout: { minimums: [{ currency: 'USD', amount: 1, method: 'a\0' }] } },
    'payout.minimums.0.method',
  ],
  ['a section that is null', { holdingDays: null }, 'holdingDays'],
])('%s is 422 with its path, and nothing is stored', async (_what, terms, path) => {
  const before = await rows();
  const answer = await add({ groupName: unique('group'), terms });
  expect([...refusal(answer), paths(answer)[0]]).toEqual([
    422,
    'validation_error',
    `terms.${path}`,
  ]);
  expect(await rows()).toEqual(before);
});

test.each([
  ['an unknown programme', { programmeId: `prg_${'f'.repeat(32)}` }, 'programmeId'],
  ['a programme name that is none', { programmeExternalId: 'nowhere' }, 'programmeExternalId'],
  ['an unknown affiliate', { affiliateId: `aff_${'f'.repeat(32)}` }, 'affiliateId'],
  ['an affiliate name that is none', { affiliateExternalId: 'nobody' }, 'affiliateExternalId'],
  ['a group and an affiliate', { groupName: 'a', affiliateExternalId: 'b' }, 'groupName'],
  [
    'two names of a programme',
    { programmeId: DEFAULT_PROGRAMME_ID, programmeExternalId: 'default' },
    'programmeExternalId',
  ],
  ['an end before the beginning', { effectiveTo: '2025-12-31' }, 'effectiveTo'],
  ['an end at the beginning', { effectiveTo: '2026-01-01' }, 'effectiveTo'],
  ['no beginning', { effectiveFrom: undefined }, 'effectiveFrom'],
  ['no terms', { terms: undefined }, 'terms'],
  ['a year that no clock knows', { effectiveFrom: '0000-01-01' }, 'effectiveFrom'],
  ['the year 10000', { effectiveTo: '9999-12-31T23:59:59-10:00' }, 'effectiveTo'],
  ['a note with a null character', { note: 'a\0b' }, 'note'],
  ['a group with half a letter', { groupName: 'a\ud800' }, 'groupName'],
  ['an unknown field', { priority: 1 }, 'priority'],
])('%s is 422 with its path, and nothing is stored', async (_what, given, path) => {
  const before = await rows();
  const answer = await add(given);
  expect([...refusal(answer), paths(answer)[0]]).toEqual([422, 'validation_error', path]);
  expect(await rows()).toEqual(before);
});

const MARCH = { from: '2026-03-01', to: '2026-04-01' };

test.each([
  ['a period that ends before it begins', { to: '2026-02-01' }, 'to'],
  ['a period of no time', { to: '2026-03-01' }, 'to'],
  ['a period of more than a year', { to: '2027-03-03' }, 'to'],
  ['no period', { from: undefined }, 'from'],
  [
    'a rate above 100%',
    { terms: { commission: [{ rate: percentage(10_001) }] } },
    'terms.commission.0.rate.bps',
  ],
  ['an unknown affiliate', { affiliateExternalId: 'nobody' }, 'affiliateExternalId'],
])('a dry run of %s is 422 with its path', async (_what, given, path) => {
  const answer = await api.post('/rules/dry-run', { ...MARCH, terms: TENTH, ...given });
  expect([answer.status, answer.at('error.details.0.path')]).toEqual([422, path]);
});
