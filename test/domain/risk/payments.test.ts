import { expect, test } from 'vitest';
import { judgePayment } from '../../../domain/risk/judge-payment.ts';
import type { BatchView, PaymentFacts } from '../../../domain/risk/payment-facts.ts';
import { riskSettings } from '../../../domain/risk/settings.ts';

const AT = new Date('2026-03-01T12:00:00Z');
const ago = (hours: number) => new Date(AT.getTime() - hours * 3_600_000);
const VIEW: BatchView = { at: AT, quiet: false, thresholdMinor: 100_000n };

/** A payment that nothing is said about. */
const PLAIN: PaymentFacts = {
  paymentId: 'pay_1',
  batchId: 'bat_1',
  payeeId: 'aff_1',
  accountId: 'acc_1',
  currency: 'USD',
  amountMinor: 20_000n,
  changedAt: null,
  changedBy: null,
  paidBefore: true,
  affiliatesThere: 1,
  affiliatesAccepted: 0,
  recentPayouts: 1,
  recentMinor: 20_000n,
  usualDays: 3,
  usualMinor: 20_000n,
  justBelow: 0,
  alikeId: null,
  alikeAt: null,
};

const said = (facts: Partial<PaymentFacts>, view: Partial<BatchView> = {}, risk: unknown = {}) =>
  judgePayment({ ...PLAIN, ...facts }, { ...VIEW, ...view }, riskSettings.parse(risk)).map(
    ({ rule, level }) => `${rule} ${level}`,
  );

test('nothing is said about a usual payment', () => {
  expect(said({})).toEqual([]);
});

test.each<[string, Partial<PaymentFacts>, Partial<BatchView>, string[]]>([
  ['changed 72 hours ago', { changedAt: ago(72) }, {}, []],
  ['changed just less than that ago', { changedAt: ago(71.99) }, {}, ['changed_details high']],
  [
    'changed in a young installation',
    { changedAt: ago(1) },
    { quiet: true },
    ['changed_details high'],
  ],
  ['new, just below high value', { paidBefore: false, amountMinor: 99_999n }, {}, []],
  [
    'new, at high value',
    { paidBefore: false, amountMinor: 100_000n },
    {},
    ['new_payee_high_value high'],
  ],
  ['known, at high value', { amountMinor: 100_000n }, {}, []],
  [
    'new, without a rate',
    { paidBefore: false },
    { thresholdMinor: null },
    ['new_payee_high_value high'],
  ],
  [
    'new, in a young installation',
    { paidBefore: false, amountMinor: 900_000n },
    { quiet: true },
    [],
  ],
  ['two affiliates at one place', { affiliatesThere: 2 }, {}, []],
  ['three at one place', { affiliatesThere: 3 }, {}, ['shared_destination high']],
  ['three, accepted', { affiliatesThere: 3, affiliatesAccepted: 3 }, {}, []],
  [
    'one more than accepted',
    { affiliatesThere: 4, affiliatesAccepted: 3 },
    {},
    ['shared_destination high'],
  ],
  ['five payouts a day', { recentPayouts: 5 }, {}, []],
  ['six payouts a day', { recentPayouts: 6 }, {}, ['velocity medium']],
  ['three times the usual', { recentMinor: 60_000n }, {}, []],
  ['more than three times', { recentMinor: 60_001n }, {}, ['velocity medium']],
  ['ten times the usual', { recentMinor: 200_000n }, {}, ['velocity medium']],
  ['more than ten times', { recentMinor: 200_001n }, {}, ['velocity high']],
  ['much, with too little history', { recentMinor: 900_000n, usualDays: 2 }, {}, []],
  ['six payouts a day in a young installation', { recentPayouts: 6 }, { quiet: true }, []],
  [
    'a look-alike in a young installation',
    { alikeId: 'pay_0', alikeAt: ago(3) },
    { quiet: true },
    [],
  ],
  ['two just below', { amountMinor: 95_000n, justBelow: 2 }, {}, []],
  ['three just below', { amountMinor: 90_000n, justBelow: 3 }, {}, ['structuring high']],
  ['three, this one smaller', { amountMinor: 89_999n, justBelow: 3 }, {}, []],
  ['three, this one at the threshold', { amountMinor: 100_000n, justBelow: 3 }, {}, []],
  ['a look-alike', { alikeId: 'pay_0', alikeAt: ago(3) }, {}, ['look_alike medium']],
])('%s', (_name, facts, view, expected) => {
  expect(said(facts, view)).toEqual(expected);
});

test('a rule is switched off, moved and given another level by settings', () => {
  const shared = { affiliatesThere: 3 };
  expect(said({ changedAt: ago(1) }, {}, { changed_details: { enabled: false } })).toEqual([]);
  expect(riskSettings.parse({}).quietDays).toBe(7);
  expect(said(shared, {}, { shared_destination: { enabled: false } })).toEqual([]);
  expect(said(shared, {}, { shared_destination: { affiliates: 4 } })).toEqual([]);
  expect(said(shared, {}, { shared_destination: { level: 'low' } })).toEqual([
    'shared_destination low',
  ]);
  expect(() => riskSettings.parse({ no_such_rule: {} })).toThrow(/no_such_rule/);
  expect(() => riskSettings.parse({ velocity: { payouts: 3 } })).toThrow(/payouts/);
});

test('a finding explains itself with its figures and holds the payment', () => {
  const [finding] = judgePayment(
    { ...PLAIN, recentPayouts: 7, recentMinor: 250_000n },
    VIEW,
    riskSettings.parse({}),
  );
  expect(finding).toMatchObject({ action: 'held', subject: 'pay_1', paymentId: 'pay_1' });
  expect(finding?.explanation).toBe(
    'Within 24 hours this affiliate is paid 7 payouts, more than 5; and 2500.00 USD, 12.5 times the usual 200.00 USD of 3 paying days.',
  );
});
