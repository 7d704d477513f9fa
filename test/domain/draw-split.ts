import type { SplitModel, SplitRecipient } from '../../domain/split-model.ts';

/** A number of at least 0 and below 1. */
export type Random = () => number;

/** Random numbers that are the same for the same seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const below = (random: Random, end: number): number => Math.floor(random() * end);

export function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Letters of which some sort otherwise by code unit than in a dictionary. */
const LETTERS = ['Z', 'a', 'é', '٣', '🜚', 'ﬁ', '_', '9'];

/** Ids in no order. */
const IDS = Array.from(
  { length: 1_200 },
  (_, index) => `${LETTERS[index % 8]}${((index * 7_919) % 1_200).toString(36)}`,
);

/** Mostly tiny amounts, where every unit is a rounding, and some of any size up to the largest. */
const AMOUNT_SIZES = [10, 10, 100, 1_000, 1_000, 1_000_000, 2 ** 40, Number.MAX_SAFE_INTEGER];

/** An amount and a model that divides it: up to 12 recipients mostly, now and then up to 1,000. */
export function drawRelease(random: Random): { model: SplitModel; amountMinor: bigint } {
  const amountMax = AMOUNT_SIZES[below(random, AMOUNT_SIZES.length)] ?? 10;
  const amount = 1 + below(random, amountMax);
  const size = random();
  const count = 1 + below(random, size < 0.0001 ? 1_000 : size < 0.002 ? 100 : 12);
  const recipients = drawRecipients(random, count, amount);
  const fixed = random() < 0.25 ? drawFixed(random, recipients, amount) : [];
  const taxed = random() < 0.4 ? recipients.filter(() => random() < 0.5) : [];
  const hasTiers = random() < 0.25;
  return {
    amountMinor: BigInt(amount),
    model: {
      recipients,
      platformFeeBps: random() < 0.2 ? 0 : drawBps(random),
      platformFeeTiers: hasTiers ? drawTiers(random, amount) : [],
      platformFeeCapMinor: random() < 0.2 ? drawPart(random, amount) : null,
      taxWithholdingBps: Object.fromEntries(
        [...taxed, ...fixed].map(({ recipientId }) => [recipientId, drawBps(random)]),
      ),
      fixedAmounts: fixed,
      currency: 'USD',
    },
  };
}

/** Mostly rates as they are in use, now and then any. */
const drawBps = (random: Random): number => below(random, random() < 0.8 ? 2_000 : 10_001);

/** Something of an amount, often little, at least one unit. */
const drawPart = (random: Random, amount: number): bigint =>
  BigInt(Math.min(1 + Math.floor(random() ** 2 * amount), Number.MAX_SAFE_INTEGER));

function drawRecipients(random: Random, count: number, amount: number): SplitRecipient[] {
  const shares = drawShares(random, count);
  const capped = random() < 0.3;
  // The one with the largest share has no cap, so somebody takes what the caps cut off.
  const taker = shares.indexOf(Math.max(...shares));
  const first = below(random, IDS.length);
  return shares.map((shareBps, index) => ({
    recipientId: IDS[(first + index) % IDS.length] ?? '',
    shareBps,
    capMinor:
      capped && index !== taker && random() < 0.6 ? drawPart(random, (amount * 3) / count) : null,
  }));
}

/** Basis points that sum to 10,000: equal ones as far as it goes, or those between random cuts. */
function drawShares(random: Random, count: number): number[] {
  const equal = random() < 0.2;
  const cuts = Array.from({ length: count - 1 }, (_, index) =>
    equal ? Math.floor((10_000 * (index + 1)) / count) : below(random, 10_001),
  ).sort((a, b) => a - b);
  return [...cuts, 10_000].map((cut, index) => cut - (cuts[index - 1] ?? 0));
}

/** Fixed amounts that the amount can bear, some for recipients and some for others. */
function drawFixed(random: Random, recipients: readonly SplitRecipient[], amount: number) {
  let left = random() < 0.1 ? amount : Math.floor(amount / 2);
  const fixed: SplitModel['fixedAmounts'][number][] = [];
  for (const recipientId of [recipients[0]?.recipientId ?? '', 'notary', 'Assessor']) {
    const part = random() < 0.3 ? left : below(random, left + 1);
    if (part > 0) fixed.push({ recipientId, amountMinor: BigInt(part) });
    left -= part;
  }
  return fixed;
}

function drawTiers(random: Random, amount: number): SplitModel['platformFeeTiers'] {
  let fromMinor = 0n;
  return Array.from({ length: 1 + below(random, 4) }, () => {
    fromMinor += drawPart(random, amount);
    return { fromMinor, feeBps: drawBps(random) };
  }).filter((tier) => tier.fromMinor <= BigInt(Number.MAX_SAFE_INTEGER));
}
