import { describe, expect, test } from 'vitest';
import { DomainError } from '../../domain/errors.ts';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
import { splitRefund, splitRelease, type Split } from '../../domain/split.ts';
import type { SplitModel } from '../../domain/split-model.ts';
import { drawRelease, seeded, shuffled, type Random } from './draw-split.ts';
import { model, shared } from './plain-model.ts';
import { divideSlowly } from './slow-split.ts';

const SPLITS = 1_000_000;
/** How often the splits are also held against other orders of recipients, and against a slow reckoning. */
const EVERY = 20;

const sumOf = (amounts: readonly bigint[]): bigint =>
  amounts.reduce((sum, amount) => sum + amount, 0n);

const usd = (amountMinor: bigint) => ({ amountMinor, currency: 'USD' });

/** The shares in one line each: gross, platform fee, tax and net. */
const lines = ({ shares }: Split) =>
  shares.map(({ recipientId, grossMinor, platformFeeMinor, taxMinor, netMinor }) =>
    [recipientId, grossMinor, platformFeeMinor, taxMinor, netMinor].join(' '),
  );

const byRecipient = (split: Split) => lines(split).toSorted().join('\n');

/** The first law of a split that this one breaks; null for none. */
function brokenLaw(given: SplitModel, amountMinor: bigint, split: Split): string | null {
  let [gross, fee, tax, net] = [0n, 0n, 0n, 0n];
  for (const share of split.shares) {
    const { grossMinor, platformFeeMinor, taxMinor, netMinor } = share;
    if (platformFeeMinor < 0n || taxMinor < 0n || netMinor < 0n) return 'a part is negative';
    if (grossMinor !== platformFeeMinor + taxMinor + netMinor) return 'a gross is not its parts';
    gross += grossMinor;
    fee += platformFeeMinor;
    tax += taxMinor;
    net += netMinor;
  }
  if (gross !== amountMinor) return `${gross - amountMinor} minor units off`;
  if (fee !== split.platformFeeMinor || tax !== split.taxMinor || net !== split.distributedMinor) {
    return 'a sum is not that of the parts';
  }
  const fixed = new Map(given.fixedAmounts.map((each) => [each.recipientId, each.amountMinor]));
  for (const [index, { recipientId, capMinor }] of given.recipients.entries()) {
    const share = split.shares[index];
    if (share?.recipientId !== recipientId) return 'the shares are not in the order of the model';
    const partMinor = share.grossMinor - (fixed.get(recipientId) ?? 0n);
    if (partMinor < share.platformFeeMinor) return 'a fee is more than the part';
    if (capMinor !== null && partMinor > capMinor) return 'a cap is passed';
  }
  return null;
}

test(
  'a million splits: no unit off, no part below zero, no cap passed, whatever the order',
  { timeout: 180_000 },
  () => {
    const random = seeded(20_260_131);
    const broken: string[] = [];
    let capsReached = 0;
    for (let count = 0; count < SPLITS && broken.length < 10; count += 1) {
      const { model: drawn, amountMinor } = drawRelease(random);
      const split = splitRelease(drawn, usd(amountMinor));
      const law = brokenLaw(drawn, amountMinor, split);
      if (law !== null) broken.push(`split ${count}: ${law}`);
      if (count % EVERY !== 0) continue;
      const other = splitRelease(reordered(random, drawn), usd(amountMinor));
      if (byRecipient(other) !== byRecipient(split))
        broken.push(`split ${count}: the order counts`);
      const slow = divideSlowly(drawn, amountMinor);
      if (slow.lines !== byRecipient(split)) broken.push(`split ${count}: the slow way differs`);
      capsReached += slow.capsReached;
    }
    expect(broken).toEqual([]);
    // The random models do reach what is to be tested.
    expect(capsReached).toBeGreaterThan(SPLITS / EVERY / 10);
  },
);

const reordered = (random: Random, drawn: SplitModel): SplitModel => ({
  ...drawn,
  recipients: shuffled(random, drawn.recipients),
  fixedAmounts: shuffled(random, drawn.fixedAmounts),
});

test('a refund in any number of parts takes back the parts exactly, and never more than is left', () => {
  const random = seeded(7);
  for (let count = 0; count < 5_000; count += 1) {
    const { model: drawn, amountMinor } = drawRelease(random);
    const { shares } = splitRelease(drawn, usd(amountMinor));
    const parts = shares.flatMap((each) => [each.platformFeeMinor, each.taxMinor, each.netMinor]);
    let left = parts;
    for (let leftMinor = amountMinor; leftMinor > 0n;) {
      const share = BigInt(Math.ceil(random() ** 2 * 1_000_000));
      const refundMinor = (leftMinor * share + 999_999n) / 1_000_000n;
      const taken = splitRefund(left, refundMinor);
      expect(sumOf(taken)).toBe(refundMinor);
      left = left.map((part, index) => part - (taken[index] ?? 0n));
      expect(left.some((part) => part < 0n)).toBe(false);
      leftMinor -= refundMinor;
    }
    expect(left.every((part) => part === 0n)).toBe(true);
    expect(splitRefund(parts, amountMinor)).toEqual(parts);
  }
});

test('a refund is divided by what is left, ties to the earlier part, and has its limits', () => {
  expect(splitRefund([600n, 300n, 100n], 100n)).toEqual([60n, 30n, 10n]);
  expect(splitRefund([1n, 1n, 1n], 2n)).toEqual([1n, 1n, 0n]);
  expect(splitRefund([0n, 5n], 5n)).toEqual([0n, 5n]);
  expect(splitRefund([0n, 0n], 0n)).toEqual([0n, 0n]);
  expect(splitRefund([], 0n)).toEqual([]);
  expect(() => splitRefund([600n, 300n], 901n)).toThrow(RangeError);
  expect(() => splitRefund([600n, 300n], -1n)).toThrow(RangeError);
});

describe('by example', () => {
  test('the unit that is left goes to the largest remainder, a tie to the id that sorts first', () => {
    const thirds = shared(['c', 3_333], ['B', 3_334], ['a', 3_333]);
    expect(lines(splitRelease(model({ recipients: thirds }), usd(100n)))).toEqual([
      'c 33 0 0 33',
      'B 34 0 0 34',
      'a 33 0 0 33',
    ]);
    const halves = shared(['b', 5_000], ['a', 5_000]);
    expect(lines(splitRelease(model({ recipients: halves }), usd(1n)))).toEqual([
      'b 0 0 0 0',
      'a 1 0 0 1',
    ]);
    // By code unit a capital letter sorts before every small one.
    const cases = shared(['a', 5_000], ['Z', 5_000]);
    expect(lines(splitRelease(model({ recipients: cases }), usd(1n)))).toEqual([
      'a 0 0 0 0',
      'Z 1 0 0 1',
    ]);
  });

  test('the fee is rounded down once and borne by what each gets; tax counts on what it leaves', () => {
    const given = model({ platformFeeBps: 250, taxWithholdingBps: { seller: 1_000 } });
    const split = splitRelease(given, usd(9_999n));
    // The fee is 249.975; tax of the seller 682.4.
    expect(lines(split)).toEqual(['seller 6999 174 682 6143', 'referrer 3000 75 0 2925']);
    const { distributedMinor, platformFeeMinor, taxMinor } = split;
    expect([distributedMinor, platformFeeMinor, taxMinor]).toEqual([9_068n, 249n, 682n]);
  });

  test('fixed amounts come first, bear no fee but tax, and may be all there is', () => {
    const given = model({
      platformFeeBps: 1_000,
      taxWithholdingBps: { notary: 2_000 },
      fixedAmounts: [
        { recipientId: 'notary', amountMinor: 150n },
        { recipientId: 'seller', amountMinor: 50n },
      ],
    });
    expect(lines(splitRelease(given, usd(1_200n)))).toEqual([
      'seller 750 70 0 680',
      'referrer 300 30 0 270',
      'notary 150 0 30 120',
    ]);
    expect(lines(splitRelease(given, usd(200n)))).toEqual([
      'seller 50 0 0 50',
      'referrer 0 0 0 0',
      'notary 150 0 30 120',
    ]);
  });

  test('what a cap cuts off goes to the others by their shares, whose caps may then be reached', () => {
    const recipients = shared(['a', 5_000, 100n], ['b', 3_000, 400n], ['c', 1_000], ['d', 1_000]);
    const given = model({ recipients });
    expect(lines(splitRelease(given, usd(200n)))).toEqual([
      'a 100 0 0 100',
      'b 60 0 0 60',
      'c 20 0 0 20',
      'd 20 0 0 20',
    ]);
    // Alone b would get 300 of 1,000; of the 900 that a leaves, it would get 540.
    expect(lines(splitRelease(given, usd(1_000n)))).toEqual([
      'a 100 0 0 100',
      'b 400 0 0 400',
      'c 250 0 0 250',
      'd 250 0 0 250',
    ]);
  });

  test('tiers are marginal, and the fee as a whole has a cap', () => {
    const tiers = {
      platformFeeBps: 500,
      platformFeeTiers: [
        { fromMinor: 100_000n, feeBps: 300 },
        { fromMinor: 1_000_000n, feeBps: 100 },
      ],
    };
    const feeOf = (amountMinor: bigint, given: Partial<SplitModel> = {}) =>
      splitRelease(model({ ...tiers, ...given }), usd(amountMinor)).platformFeeMinor;
    expect(feeOf(100_000n)).toBe(5_000n);
    expect(feeOf(100_100n)).toBe(5_003n);
    expect(feeOf(1_500_000n)).toBe(5_000n + 27_000n + 5_000n);
    expect(feeOf(1_500_000n, { platformFeeCapMinor: 20_000n })).toBe(20_000n);
  });

  test('a fee or a tax of the whole leaves nothing, and that is divided too', () => {
    expect(lines(splitRelease(model({ platformFeeBps: 10_000 }), usd(10n)))).toEqual([
      'seller 7 7 0 0',
      'referrer 3 3 0 0',
    ]);
    const taxed = model({ taxWithholdingBps: { seller: 10_000, referrer: 10_000 } });
    expect(splitRelease(taxed, usd(10n))).toMatchObject({ distributedMinor: 0n, taxMinor: 10n });
  });

  test('an id that every object has as a name of its own is an id like any other', () => {
    const recipients = shared(['constructor', 5_000], ['toString', 5_000]);
    const given = model({ recipients, taxWithholdingBps: { toString: 1_000 } });
    expect(lines(splitRelease(given, usd(100n)))).toEqual([
      'constructor 50 0 0 50',
      'toString 50 0 5 45',
    ]);
  });

  test('10,000 recipients share the largest amount there is, each with a cap, a tax and a fixed amount', () => {
    const ids = Array.from(
      { length: 10_000 },
      (_, index) => `recipient-${(index * 7_919) % 10_000}`,
    );
    const given = model({
      recipients: ids.map((recipientId, index) => ({
        recipientId,
        shareBps: 1,
        capMinor: index === 0 ? null : BigInt(index) * 100_000_000n,
      })),
      platformFeeBps: 275,
      taxWithholdingBps: Object.fromEntries(ids.map((recipientId, index) => [recipientId, index])),
      fixedAmounts: ids.map((recipientId) => ({ recipientId, amountMinor: 1n })),
    });
    const split = splitRelease(given, usd(AMOUNT_MINOR_MAX));
    expect(brokenLaw(given, AMOUNT_MINOR_MAX, split)).toBe(null);
    expect(byRecipient(split)).toBe(divideSlowly(given, AMOUNT_MINOR_MAX).lines);
  });
});

describe('what cannot be divided', () => {
  const refusalOf = (act: () => unknown): [string, unknown] | null => {
    try {
      act();
    } catch (error) {
      if (error instanceof DomainError) return [error.code, error.details];
    }
    return null;
  };

  test('another currency, less than the fixed amounts, and a model that is not valid', () => {
    const given = model({ fixedAmounts: [{ recipientId: 'notary', amountMinor: 500n }] });
    expect(refusalOf(() => splitRelease(given, { amountMinor: 500n, currency: 'EUR' }))).toEqual([
      'split_invalid',
      [{ path: 'currency', reason: 'the split model is one of USD' }],
    ]);
    expect(refusalOf(() => splitRelease(given, usd(499n)))).toEqual([
      'split_invalid',
      [
        {
          path: 'amount',
          reason: 'is less than the fixed amounts of the split model together',
        },
      ],
    ]);
    expect(refusalOf(() => splitRelease(model({ platformFeeBps: -1 }), usd(1n)))).toEqual([
      'split_invalid',
      [expect.objectContaining({ path: 'platformFeeBps' })],
    ]);
    const any = model({ currency: null });
    expect(splitRelease(any, { amountMinor: 500n, currency: 'EUR' }).distributedMinor).toBe(500n);
  });

  test.each([0n, -1n, AMOUNT_MINOR_MAX + 1n])('%s is no amount to divide', (amountMinor) => {
    expect(() => splitRelease(model(), usd(amountMinor))).toThrow(RangeError);
  });
});
