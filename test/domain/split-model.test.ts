import { expect, test } from 'vitest';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
import { splitModelProblems, type SplitModel } from '../../domain/split-model.ts';
import { model, shared } from './plain-model.ts';

const cap = (capMinor: bigint) => shared(['a', 5_000, capMinor], ['b', 5_000]);
const fixed = (...amounts: [recipientId: string, amountMinor: bigint][]) =>
  amounts.map(([recipientId, amountMinor]) => ({ recipientId, amountMinor }));
const tiers = (...steps: [fromMinor: bigint, feeBps: number][]) =>
  steps.map(([fromMinor, feeBps]) => ({ fromMinor, feeBps }));

test.each<[string, Partial<SplitModel>, string[]]>([
  ['nobody', { recipients: [] }, ['recipients']],
  ['a sum below', { recipients: shared(['a', 5_000], ['b', 4_999]) }, ['recipients']],
  ['a sum above', { recipients: shared(['a', 5_000], ['b', 5_001]) }, ['recipients']],
  ['an id twice', { recipients: shared(['a', 5_000], ['a', 5_000]) }, ['recipients.1.recipientId']],
  [
    'a negative share',
    { recipients: shared(['a', 10_001], ['b', -1]) },
    ['recipients.0.shareBps', 'recipients.1.shareBps'],
  ],
  ['half a basis point', { recipients: shared(['a', 9_999.5]) }, ['recipients.0.shareBps']],
  ['no number', { recipients: shared(['a', Number.NaN]) }, ['recipients.0.shareBps']],
  ['a cap of nothing', { recipients: cap(0n) }, ['recipients.0.capAmount']],
  ['a huge cap', { recipients: cap(AMOUNT_MINOR_MAX + 1n) }, ['recipients.0.capAmount']],
  ['caps alone', { recipients: shared(['a', 10_000, 5n], ['b', 0]) }, ['recipients']],
  ['a negative fee', { platformFeeBps: -1 }, ['platformFeeBps']],
  ['a fee above the whole', { platformFeeBps: 10_001 }, ['platformFeeBps']],
  ['a fee cap of nothing', { platformFeeCapMinor: 0n }, ['platformFeeCapAmount']],
  [
    'a tax above the whole',
    { taxWithholdingBps: { seller: 10_001 } },
    ['taxWithholdingBps.seller'],
  ],
  ['a negative tax', { taxWithholdingBps: { seller: -1 } }, ['taxWithholdingBps.seller']],
  ['a tax of nobody', { taxWithholdingBps: { other: 1 } }, ['taxWithholdingBps.other']],
  ['a fixed amount of nothing', { fixedAmounts: fixed(['a', 0n]) }, ['fixedAmounts.0.amount']],
  ['a negative fixed amount', { fixedAmounts: fixed(['a', -5n]) }, ['fixedAmounts.0.amount']],
  [
    'two fixed amounts',
    { fixedAmounts: fixed(['a', 1n], ['b', 1n], ['a', 1n]) },
    ['fixedAmounts.2.recipientId'],
  ],
  ['a tier at nothing', { platformFeeTiers: tiers([0n, 1]) }, ['platformFeeTiers.0.fromAmount']],
  [
    'tiers that do not rise',
    { platformFeeTiers: tiers([10n, 1], [10n, 1], [9n, 1]) },
    ['platformFeeTiers.1.fromAmount', 'platformFeeTiers.2.fromAmount'],
  ],
  [
    'a tier above the whole',
    { platformFeeTiers: tiers([10n, 10_001]) },
    ['platformFeeTiers.0.feeBps'],
  ],
  [
    'too many tiers',
    {
      platformFeeTiers: Array.from({ length: 101 }, (_, i) => ({
        fromMinor: BigInt(i + 1),
        feeBps: 1,
      })),
    },
    ['platformFeeTiers'],
  ],
  ['a currency that is none', { currency: 'usd' }, ['currency']],
  ['a cap without a currency', { recipients: cap(5n), currency: null }, ['currency']],
  ['a fee cap without a currency', { platformFeeCapMinor: 5n, currency: null }, ['currency']],
  ['a tier without a currency', { platformFeeTiers: tiers([1n, 1]), currency: null }, ['currency']],
  [
    'a fixed amount without a currency',
    { fixedAmounts: fixed(['a', 1n]), currency: null },
    ['currency'],
  ],
])('%s', (_name, given, paths) => {
  expect(splitModelProblems(model(given)).map(({ path }) => path)).toEqual(paths);
});

test('says the numbers, all problems at once, and at most 100 of them', () => {
  const below = model({ recipients: shared(['a', 5_000], ['b', 4_999]), platformFeeBps: -1 });
  expect(splitModelProblems(below)).toEqual([
    {
      path: 'recipients',
      reason: 'the shares sum to 9,999 basis points; they must sum to 10,000',
    },
    {
      path: 'platformFeeBps',
      reason: 'must be a whole number of basis points from 0 to 10,000',
    },
  ]);
  const same = shared(...Array.from({ length: 200 }, (): [string, number] => ['a', 50]));
  expect(splitModelProblems(model({ recipients: same }))).toHaveLength(100);
});

test('holds at most 10,000 recipients, those of fixed amounts counted', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i): [string, number] => [`r${i}`, i < 10_000 ? 1 : 0]);
  expect(splitModelProblems(model({ recipients: shared(...many(10_000)) }))).toEqual([]);
  expect(splitModelProblems(model({ recipients: shared(...many(10_001)) }))).toEqual([
    { path: 'recipients', reason: 'makes 10,001 recipients; at most 10,000 are taken' },
  ]);
  const full = {
    recipients: shared(...many(10_000)),
    fixedAmounts: fixed(['r5', 1n], ['other', 1n]),
  };
  expect(splitModelProblems(model(full)).map(({ path }) => path)).toEqual(['fixedAmounts']);
});
