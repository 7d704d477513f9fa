import { expect, test } from 'vitest';
import { conversionSpike, type EarningFacts } from '../../../domain/risk/conversion-spike.ts';
import { loweredGuards } from '../../../domain/risk/lowered-guards.ts';
import { networkOf, placeOf, programOf } from '../../../domain/risk/place.ts';
import { providerFailures } from '../../../domain/risk/provider-failures.ts';
import { raisedLimits, type RaisedLimitsFacts } from '../../../domain/risk/raised-limits.ts';
import { raisedTerms } from '../../../domain/risk/raised-terms.ts';
import { riskSettings } from '../../../domain/risk/settings.ts';
import { webhookAttack } from '../../../domain/risk/webhook-attack.ts';
import type { Terms } from '../../../domain/rules/terms.ts';

const SETTINGS = riskSettings.parse({});

test.each([
  [19, 19, 0, null],
  [20, 4, 0, null],
  [20, 5, 0, 'paused'],
  [500, 4, 4, null],
  [500, 5, 5, 'paused'],
])(
  'of %i answers %i refusals, %i accounts in a row: %s',
  (answers, refused, invalidInARow, action) => {
    const facts = { batchId: 'bat_1', provider: 'mock', answers, refused, invalidInARow };
    expect(providerFailures(facts, SETTINGS.provider_failures)?.action ?? null).toBe(action);
  },
);

test('three forged events are an attack, two are not; an event that the provider denies is critical', () => {
  const of = (rejections: number, disagreements: string[] = []) =>
    webhookAttack({ provider: 'mock', rejections, disagreements }, SETTINGS.webhook_attack).map(
      ({ level }) => level,
    );
  expect([of(2), of(3), of(0, ['pay_1:1'])]).toEqual([[], ['high'], ['critical']]);
});

const FEE = {
  what: 'the fee',
  by: 'user:usr_1',
  at: new Date('2026-03-01T00:00:00Z'),
  byMaker: false,
};
const LIMITS: RaisedLimitsFacts = {
  batchId: 'bat_1',
  currency: 'USD',
  totalMinor: 150_001n,
  usualBatches: 3,
  usualMinor: 100_000n,
  raised: [FEE],
  quiet: false,
  strictMinor: 150_002n,
};
const NEW = { usualBatches: 0, usualMinor: null, strictMinor: 150_001n };
test.each<[string, Partial<RaisedLimitsFacts>, string | undefined]>([
  ['more than 1.5 times as large', {}, 'medium'],
  ['1.5 times as large', { totalMinor: 150_000n }, undefined],
  ['two batches before', { usualBatches: 2 }, undefined],
  ['nothing was raised', { raised: [] }, undefined],
  ['of a new programme, of high value', NEW, 'medium'],
  ['of a new programme, below high value', { ...NEW, strictMinor: 150_002n }, undefined],
  ['of a new programme, in a currency without a rate', { ...NEW, strictMinor: null }, 'medium'],
  ['of a new programme in a young installation', { ...NEW, quiet: true }, undefined],
  ['by whoever raised', { raised: [{ ...FEE, byMaker: true }] }, 'high'],
  ['by whoever raised, before others did', { raised: [FEE, { ...FEE, byMaker: true }] }, 'high'],
])('a batch after a raise: %s', (_name, facts, level) => {
  const at = new Date('2026-03-01T05:00:00Z');
  const found = raisedLimits({ ...LIMITS, ...facts }, at, SETTINGS.raised_limits);
  expect(found?.level).toBe(level);
});

const EARNINGS: EarningFacts = {
  payeeId: 'aff_1',
  currency: 'USD',
  dayMinor: 1_000n,
  usualDays: 10,
  usualMinor: 1_000n,
  earnings: 10,
  earnedMinor: 10_000n,
  takenBackMinor: 0n,
  spikeAccepted: false,
  refundsAccepted: false,
};
test.each<[string, Partial<EarningFacts>, string[]]>([
  ['five times the usual', { dayMinor: 5_000n }, []],
  ['more than that', { dayMinor: 5_001n }, ['aff_1 earnings']],
  ['nine days of history', { dayMinor: 9_000n, usualDays: 9 }, []],
  ['more, but accepted', { dayMinor: 5_001n, spikeAccepted: true }, []],
  ['30% taken back', { takenBackMinor: 3_000n }, []],
  ['more than 30%', { takenBackMinor: 3_001n }, ['aff_1 refunds']],
  ['more than 30%, but accepted', { takenBackMinor: 3_001n, refundsAccepted: true }, []],
  ['of nine earnings', { takenBackMinor: 9_000n, earnings: 9 }, []],
])('earnings: %s', (_name, facts, subjects) => {
  const found = conversionSpike({ ...EARNINGS, ...facts }, SETTINGS.conversion_spike);
  expect(found.map(({ subject }) => subject)).toEqual(subjects);
  expect(found.map(({ action }) => action)).toEqual(subjects.map(() => 'held'));
});

const flat = (amountMinor: bigint, floorMinor: bigint | null, capMinor: bigint | null): Terms => ({
  commission: [{ currency: null, rate: { kind: 'flat', amountMinor }, floorMinor, capMinor }],
});
const fee = (bps: number): Terms => ({
  fee: {
    bearer: 'payee',
    monthlyMinimums: [],
    rates: [
      { currency: null, rate: { kind: 'percentage', bps }, floorMinor: null, capMinor: null },
    ],
  },
});
const risk = (before: object, after: object) => ({
  before: { risk: before },
  after: { risk: after },
});
const rate = (bps: number): Terms => ({
  commission: [
    { currency: null, rate: { kind: 'percentage', bps }, floorMinor: null, capMinor: 1_000n },
  ],
});
const largest = (amountMinor: bigint): Terms => ({
  payout: {
    minimums: [],
    maximums: [{ currency: 'USD', amountMinor, method: null, country: null }],
  },
});
test.each<[string, Terms | null, Terms, string[]]>([
  ['the same rate', rate(500), rate(500), []],
  ['a lower rate', rate(500), rate(400), []],
  ['a higher rate', rate(500), rate(501), ['the commission rate']],
  ['a rate where there was none', null, rate(1), ['the commission rate']],
  ['a higher flat rate', flat(5n, null, null), flat(6n, null, null), ['the commission rate']],
  ['a higher floor', flat(5n, 1n, null), flat(5n, 2n, null), ['the commission rate']],
  ['no cap any more', flat(5n, null, 9n), flat(5n, null, null), ['the commission rate']],
  ['a lower cap', flat(5n, null, 9n), flat(5n, null, 8n), []],
  ['a lower fee', fee(100), fee(99), ['the fee']],
  ['a higher fee', fee(100), fee(101), []],
  ['a larger largest payout', largest(10n), largest(11n), ['the largest payout']],
  ['a smaller one', largest(10n), largest(9n), []],
  [
    'no largest payout any more',
    largest(10n),
    { payout: { minimums: [], maximums: [] } },
    ['the largest payout'],
  ],
  ['fewer holding days', { holdingDays: 7 }, { holdingDays: 6 }, ['the holding days']],
  ['more holding days', { holdingDays: 7 }, { holdingDays: 8 }, []],
])('terms: %s', (_name, before, after, raised) => {
  expect(raisedTerms(before, after)).toEqual(raised);
});

const lowered = (action: string, details: Record<string, unknown>) =>
  loweredGuards(action, details, SETTINGS.raised_limits);

test.each<[string, string, Record<string, unknown>, number]>([
  ['a first rate', 'currency_rate.set', { was: null, after: '1.1' }, 1],
  ['a rate 6% lower', 'currency_rate.set', { was: '1.00', after: '0.94' }, 1],
  ['a rate 4% lower', 'currency_rate.set', { was: '1.00', after: '0.96' }, 0],
  ['a higher rate', 'currency_rate.set', { was: '1.00', after: '2' }, 0],
  ['a list that is gone', 'allow_list.changed', { before: { cidrs: [] }, after: null }, 1],
  ['a new list', 'allow_list.changed', { before: null, after: { cidrs: ['192.0.2.0/24'] } }, 0],
  [
    'a wider list',
    'allow_list.changed',
    { before: { cidrs: ['192.0.2.0/24'] }, after: { cidrs: ['192.0.2.0/24', '::/0'] } },
    1,
  ],
  ['fewer steps', 'approval_rule.changed', { before: { steps: [1, 2] }, after: { steps: [1] } }, 1],
  [
    'other conditions',
    'approval_rule.changed',
    { before: { conditions: { fromMinor: 1 } }, after: { conditions: { fromMinor: 9 } } },
    1,
  ],
  ['another name', 'approval_rule.changed', { before: { name: 'a' }, after: { name: 'b' } }, 0],
  [
    'conditions of a rule that is off',
    'approval_rule.changed',
    { before: { enabled: false, conditions: 1 }, after: { enabled: false, conditions: 2 } },
    0,
  ],
  ['a risk rule off', 'policy.changed', risk({}, { velocity: { enabled: false } }), 1],
  ['a risk rule on', 'policy.changed', risk({ velocity: { enabled: false } }, {}), 0],
  [
    'two thresholds',
    'policy.changed',
    risk({}, { quietDays: 9, velocity: { payoutsAbove: 9 } }),
    2,
  ],
  ['a default that is written down', 'policy.changed', risk({}, { quietDays: 7 }), 0],
  [
    'base',
    'policy.changed',
    { before: { baseCurrency: 'USD' }, after: { baseCurrency: 'JPY' } },
    1,
  ],
])('guards: %s', (_name, action, details, times) => {
  expect(lowered(action, details)).toHaveLength(times);
});

test('a guard that is lowered is named, one that is tightened is not', () => {
  const change = (before: object, after: object) => lowered('policy.changed', { before, after });
  expect(change({ highValueAmount: 1 }, { highValueAmount: 2 })).toHaveLength(1);
  expect(change({ highValueAmount: 2 }, { highValueAmount: 1 })).toEqual([]);
  expect(change({ accountCooldownHours: 72 }, { accountCooldownHours: 1 })).toHaveLength(1);
  expect(change({ undoWindowSeconds: 60 }, { undoWindowSeconds: 0 })).toHaveLength(1);
  expect(change({ undoWindowSeconds: 0 }, { undoWindowSeconds: 60 })).toEqual([]);
  expect(change({ secondApproverFactor: 10 }, { secondApproverFactor: 20 })).toHaveLength(1);
  expect(change({ secondApproverFactor: 20 }, { secondApproverFactor: 10 })).toEqual([]);
  expect(lowered('approval_rule.deleted', {})).toHaveLength(1);
  const rule = (was: boolean, is: boolean) =>
    lowered('approval_rule.changed', { before: { enabled: was }, after: { enabled: is } });
  expect([rule(true, false).length, rule(false, true).length, rule(true, true).length]).toEqual([
    1, 0, 0,
  ]);
});

test('networks are /24 and /48, places single addresses and /64, programs without versions', () => {
  expect(networkOf('::ffff:198.51.100.7')).toBe('198.51.100.0/24');
  expect(networkOf('2001:db8:1:2::3')).toBe('2001:db8:1::/48');
  expect(placeOf('198.51.100.7')).toBe('198.51.100.7/32');
  expect(placeOf('2001:db8:1:2::3')).toBe('2001:db8:1:2::/64');
  expect(placeOf('nonsense')).toBe('nonsense');
  expect(programOf('curl/8.5.0')).toBe(programOf('curl/9.1'));
});
