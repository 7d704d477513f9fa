import { DomainError, type ErrorDetail } from './errors.ts';
import { AMOUNT_MINOR_MAX } from './limits.ts';
import { splitByWeights } from './money.ts';
import {
  assertSplitModel,
  WHOLE_BPS,
  type SplitModel,
  type SplitRecipient,
} from './split-model.ts';

/** What one recipient gets, in minor units: gross is platform fee, tax and net together. */
export interface SplitShare {
  recipientId: string;
  grossMinor: bigint;
  platformFeeMinor: bigint;
  taxMinor: bigint;
  netMinor: bigint;
}

/** A divided amount. Its three sums make the amount exactly, and no part is negative. */
export interface Split {
  /** One for each recipient: those with a share in the model's order, then those with a fixed amount alone. */
  shares: SplitShare[];
  /** Sum of the nets. */
  distributedMinor: bigint;
  platformFeeMinor: bigint;
  taxMinor: bigint;
}

/**
 * Divides an amount, in minor units, by a model. Nothing is lost or made by rounding:
 *
 * 1. Fixed amounts are taken first. They bear no platform fee.
 * 2. The rest is divided by the shares with the largest remainder; a tie goes to the recipient whose
 *    id sorts first by code unit, so the order of recipients in the model means nothing to anybody.
 * 3. A cap limits what a recipient gets of the rest; what it cuts off goes to the others by their shares.
 * 4. The platform fee is counted on the rest, tier by tier, rounded down once, then limited by its
 *    cap. Each recipient bears it by what the rest brought, by the largest remainder again.
 * 5. Tax is withheld from what the fee leaves of each gross, rounded down for each recipient.
 *
 * Throws `split_invalid` where the model is not valid, holds amounts of another currency, or fixes
 * more than the amount. RangeError for an amount that none may be.
 */
export function splitRelease(
  model: SplitModel,
  release: { amountMinor: bigint; currency: string },
): Split {
  assertSplitModel(model);
  const fixed = new Map(model.fixedAmounts.map((each) => [each.recipientId, each.amountMinor]));
  const restMinor = restOf(model, release, sumOf([...fixed.values()]));
  const sorted = model.recipients.toSorted(byId);
  const parts = divideByShares(restMinor, sorted);
  const fees = splitOrNothing(platformFeeOf(model, restMinor), parts);
  const places = new Map(sorted.map(({ recipientId }, place) => [recipientId, place]));
  const ids = new Set([...model.recipients.map(({ recipientId }) => recipientId), ...fixed.keys()]);
  const shares = Array.from(ids, (recipientId) => {
    const place = places.get(recipientId) ?? -1;
    const grossMinor = (parts[place] ?? 0n) + (fixed.get(recipientId) ?? 0n);
    return shareOf(model, recipientId, grossMinor, fees[place] ?? 0n);
  });
  return {
    shares,
    distributedMinor: sumOf(shares.map(({ netMinor }) => netMinor)),
    platformFeeMinor: sumOf(fees),
    taxMinor: sumOf(shares.map(({ taxMinor }) => taxMinor)),
  };
}

/**
 * Divides what is given back, in minor units, over what is left of the parts of a split: by the
 * largest remainder with what is left as weights, ties to the earlier part. No part gives more than
 * it has, and all of it gives exactly the parts. RangeError where the parts hold less, or for a
 * negative amount.
 */
export function splitRefund(parts: readonly bigint[], refundMinor: bigint): bigint[] {
  if (refundMinor < 0n || refundMinor > sumOf(parts)) {
    throw new RangeError('a refund is at least nothing and at most what is left');
  }
  return splitOrNothing(refundMinor, parts);
}

/** What is left to divide after the fixed amounts; refuses what the model cannot divide. */
function restOf(
  model: SplitModel,
  { amountMinor, currency }: { amountMinor: bigint; currency: string },
  fixedMinor: bigint,
): bigint {
  if (amountMinor <= 0n || amountMinor > AMOUNT_MINOR_MAX) {
    throw new RangeError('an amount to divide is above zero and within the limit of amounts');
  }
  if (model.currency !== null && model.currency !== currency) {
    throw refusal({ path: 'currency', reason: `the split model is one of ${model.currency}` });
  }
  if (fixedMinor > amountMinor) {
    const reason = 'is less than the fixed amounts of the split model together';
    throw refusal({ path: 'amount', reason });
  }
  return amountMinor - fixedMinor;
}

const refusal = (detail: ErrorDetail): DomainError =>
  new DomainError(
    'split_invalid',
    `The amount cannot be divided: ${detail.path}: ${detail.reason}`,
    [detail],
  );

/**
 * Parts of the rest for recipients sorted by id. Whoever would pass its cap gets the cap. The one
 * with the lowest cap for its share is looked at first: where it stays below, all after it do too,
 * and where it is capped, the others' parts only grow, so a cap that held once holds to the end.
 */
function divideByShares(restMinor: bigint, recipients: readonly SplitRecipient[]): bigint[] {
  const weights = recipients.map(({ shareBps }) => BigInt(shareBps));
  const capped = new Map<number, bigint>();
  let leftMinor = restMinor;
  let leftBps = BigInt(WHOLE_BPS);
  for (const { place, capMinor, weight } of capsByRatio(recipients)) {
    if (capMinor * leftBps > leftMinor * weight) break;
    capped.set(place, capMinor);
    weights[place] = 0n;
    leftMinor -= capMinor;
    leftBps -= weight;
  }
  // Nobody passes its cap here: each exact part is below it, the largest remainder gives at most the
  // next whole number above an exact part, and caps are whole. A weight of zero gets nothing.
  const parts = splitByWeights(leftMinor, weights);
  for (const [place, capMinor] of capped) parts[place] = capMinor;
  return parts;
}

interface PlacedCap {
  place: number;
  capMinor: bigint;
  weight: bigint;
}

/** The caps of those who have a share, the lowest for its share first. */
function capsByRatio(recipients: readonly SplitRecipient[]): PlacedCap[] {
  const caps = recipients.flatMap(({ capMinor, shareBps }, place): PlacedCap[] =>
    capMinor === null || shareBps === 0 ? [] : [{ place, capMinor, weight: BigInt(shareBps) }],
  );
  // One division of whole numbers cannot be exact for both, so the products are compared.
  return caps.sort((a, b) => {
    const [one, other] = [a.capMinor * b.weight, b.capMinor * a.weight];
    return one === other ? 0 : one < other ? -1 : 1;
  });
}

/** Never more than the rest: no rate is above the whole, and each unit bears one rate. */
function platformFeeOf(model: SplitModel, restMinor: bigint): bigint {
  const tiers = [{ fromMinor: 0n, feeBps: model.platformFeeBps }, ...model.platformFeeTiers];
  const fees = tiers.map(({ fromMinor, feeBps }, index) => {
    const toMinor = smaller(restMinor, tiers[index + 1]?.fromMinor ?? restMinor);
    return toMinor > fromMinor ? (toMinor - fromMinor) * BigInt(feeBps) : 0n;
  });
  const feeMinor = sumOf(fees) / BigInt(WHOLE_BPS);
  return smaller(feeMinor, model.platformFeeCapMinor ?? feeMinor);
}

function shareOf(
  model: SplitModel,
  recipientId: string,
  grossMinor: bigint,
  platformFeeMinor: bigint,
): SplitShare {
  const taxes = model.taxWithholdingBps;
  // An id may be the name of something that every object inherits.
  const taxBps = Object.hasOwn(taxes, recipientId) ? (taxes[recipientId] ?? 0) : 0;
  const taxedMinor = grossMinor - platformFeeMinor;
  const taxMinor = (taxedMinor * BigInt(taxBps)) / BigInt(WHOLE_BPS);
  return { recipientId, grossMinor, platformFeeMinor, taxMinor, netMinor: taxedMinor - taxMinor };
}

/** Nothing is split into nothing even where all weights are zero. */
const splitOrNothing = (wholeMinor: bigint, weights: readonly bigint[]): bigint[] =>
  wholeMinor === 0n ? weights.map(() => 0n) : splitByWeights(wholeMinor, weights);

/** No two ids are equal in a model that is valid. */
const byId = (a: SplitRecipient, b: SplitRecipient): number =>
  a.recipientId < b.recipientId ? -1 : 1;

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const sumOf = (amounts: readonly bigint[]): bigint =>
  amounts.reduce((sum, amount) => sum + amount, 0n);
