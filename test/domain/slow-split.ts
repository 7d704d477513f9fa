import type { SplitModel } from '../../domain/split-model.ts';

/**
 * The same division reckoned another way: caps by looking again at everybody until nobody passes
 * one, the fee as a sum over what each tier adds to the rate below it, leftover units one by one.
 * Answers the shares in one line each, sorted, and how many caps were reached.
 */
export function divideSlowly(
  model: SplitModel,
  amountMinor: bigint,
): { lines: string; capsReached: number } {
  const fixed = new Map(model.fixedAmounts.map((each) => [each.recipientId, each.amountMinor]));
  let restMinor = amountMinor;
  for (const amount of fixed.values()) restMinor -= amount;
  const ids = model.recipients.map(({ recipientId }) => recipientId).toSorted();
  const capped = cappedOf(model, restMinor);
  let dividedMinor = restMinor;
  for (const cap of capped.values()) dividedMinor -= cap;
  const shares = new Map(model.recipients.map((each) => [each.recipientId, each.shareBps]));
  const free = ids.filter((id) => !capped.has(id));
  const divided = handOut(dividedMinor, free, (id) => BigInt(shares.get(id) ?? 0));
  const partOf = (id: string) => capped.get(id) ?? divided.get(id) ?? 0n;
  const fees = handOut(feeOf(model, restMinor), ids, partOf);
  const rates = new Map(Object.entries(model.taxWithholdingBps));
  const lines = [...new Set([...ids, ...fixed.keys()])].map((id) => {
    const gross = partOf(id) + (fixed.get(id) ?? 0n);
    const fee = fees.get(id) ?? 0n;
    const tax = ((gross - fee) * BigInt(rates.get(id) ?? 0)) / 10_000n;
    return [id, gross, fee, tax, gross - fee - tax].join(' ');
  });
  return { lines: lines.toSorted().join('\n'), capsReached: capped.size };
}

/** Those whose exact part would reach their cap, each with its cap. */
function cappedOf(model: SplitModel, restMinor: bigint): Map<string, bigint> {
  const capped = new Map<string, bigint>();
  for (;;) {
    let [left, bps] = [restMinor, 10_000n];
    for (const { recipientId, shareBps, capMinor } of model.recipients) {
      if (capMinor === null || !capped.has(recipientId)) continue;
      left -= capMinor;
      bps -= BigInt(shareBps);
    }
    const before = capped.size;
    for (const { recipientId, shareBps, capMinor } of model.recipients) {
      if (capMinor === null || shareBps === 0 || capped.has(recipientId)) continue;
      if (left * BigInt(shareBps) >= capMinor * bps) capped.set(recipientId, capMinor);
    }
    if (capped.size === before) return capped;
  }
}

function feeOf(model: SplitModel, restMinor: bigint): bigint {
  let tenThousandths = restMinor * BigInt(model.platformFeeBps);
  let rate = model.platformFeeBps;
  for (const { fromMinor, feeBps } of model.platformFeeTiers) {
    if (restMinor > fromMinor) tenThousandths += (restMinor - fromMinor) * BigInt(feeBps - rate);
    rate = feeBps;
  }
  const fee = tenThousandths / 10_000n;
  const cap = model.platformFeeCapMinor;
  return cap !== null && cap < fee ? cap : fee;
}

/** Whole parts first, then each unit that is left to the one furthest below its exact part. */
function handOut(
  wholeMinor: bigint,
  ids: readonly string[],
  weightOf: (id: string) => bigint,
): Map<string, bigint> {
  const total = ids.reduce((sum, id) => sum + weightOf(id), 0n);
  const exact = ids.map((id) => ({ id, times: wholeMinor * weightOf(id) }));
  const parts = new Map(exact.map(({ id, times }) => [id, total === 0n ? 0n : times / total]));
  let left = wholeMinor;
  for (const part of parts.values()) left -= part;
  const short = exact
    .map(({ id, times }) => ({ id, by: times - (parts.get(id) ?? 0n) * total }))
    .toSorted((a, b) => (a.by > b.by ? -1 : a.by < b.by ? 1 : a.id < b.id ? -1 : 1));
  for (const { id } of short.slice(0, Number(left))) parts.set(id, (parts.get(id) ?? 0n) + 1n);
  return parts;
}
