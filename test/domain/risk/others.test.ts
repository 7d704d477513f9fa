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

const LIMITS: RaisedLimitsFacts = {
  batchId: 'bat_1',
  currency: 'USD',
  totalMinor: 150_001n,
  usualBatches: 3,
  usualMinor: 100_000n,
  raised: [{ what: 'the fee', by: 'user:usr_1', at: new Date('2026-03-01T00:00:00Z') }],
};
test.each<[string, Partial<RaisedLimitsFacts>, boolean]>([
  ['more than 1.5 times as large', {}, true],
  ['1.5 times as large', { totalMinor: 150_000n }, false],
  ['two batches before', { usualBatches: 2 }, false],
  ['nothing was raised', { raised: [] }, false],
])('a batch after a raise: %s', (_name, facts, speaks) => {
  const at = new Date('2026-03-01T05:00:00Z');
  const found = raisedLimits({ ...LIMITS, ...facts }, at, SETTINGS.raised_limits);
  expect(found !== null).toBe(speaks);
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
  ['of nine earnings', { takenBackMinor: 9_000n, earnings: 9 }, []],
])('earnings: %s', (_name, facts, subjects) => {
  const found = conversionSpike({ ...EARNINGS, ...facts }, SETTINGS.conversion_spike);
  expect(found.map(({ subject }) => subject)).toEqual(subjects);
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

test('a guard that is lowered is named, one that is tightened is not', () => {
  const change = (before: object, after: object) =>
    loweredGuards('policy.changed', { before, after });
  expect(change({ highValueAmount: 1 }, { highValueAmount: 2 })).toHaveLength(1);
  expect(change({ highValueAmount: 2 }, { highValueAmount: 1 })).toEqual([]);
  expect(change({ accountCooldownHours: 72 }, { accountCooldownHours: 1 })).toHaveLength(1);
  expect(loweredGuards('approval_rule.deleted', {})).toHaveLength(1);
});

test('networks are /24 and /48, places single addresses and /64, programs without versions', () => {
  expect(networkOf('::ffff:198.51.100.7')).toBe('198.51.100.0/24');
  expect(networkOf('2001:db8:1:2::3')).toBe('2001:db8:1::/48');
  expect(placeOf('198.51.100.7')).toBe('198.51.100.7/32');
  expect(placeOf('2001:db8:1:2::3')).toBe('2001:db8:1:2::/64');
  expect(placeOf('nonsense')).toBe('nonsense');
  expect(programOf('curl/8.5.0')).toBe(programOf('curl/9.1'));
});
