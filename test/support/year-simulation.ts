const DAY_MS = 86_400_000;
const HOLDING_DAYS = 7;

/** The terms of the simulated programme, as its rule says them. */
export const YEAR_TERMS = {
  commission: [
    {
      currency: 'USD',
      rate: {
        kind: 'tiers',
        measure: 'volume',
        period: 'month',
        mode: 'marginal',
        tiers: [
          { from: 0, to: 100_000, rate: { kind: 'percentage', bps: 1_000 } },
          { from: 100_000, to: null, rate: { kind: 'percentage', bps: 1_500 } },
        ],
      },
    },
  ],
  fee: {
    bearer: 'payee',
    rates: [{ rate: { kind: 'percentage', bps: 200 } }],
    monthlyMinimums: [{ currency: 'USD', amount: 3_000 }],
  },
  holdingDays: HOLDING_DAYS,
  payout: { minimums: [{ currency: 'USD', amount: 6_000 }] },
};

/** A conversion with what was given back of it, as the raw rows say. */
export interface RawConversion {
  externalId: string;
  payeeId: string;
  at: number;
  amount: number;
  refunds: { at: number; amount: number }[];
}

export interface SimulatedBatch {
  period: string;
  payeeId: string;
  amount: number;
}

interface Earned {
  net: number;
  fee: number;
  counted: number;
  at: number;
  externalId: string;
}

const roundHalfUp = (numerator: number, denominator: number): number =>
  Math.floor((2 * numerator + denominator) / (2 * denominator));
const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);
const endOfMonth = (month: string): number => {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return Date.UTC(year, number, 1);
};

/** What each conversion of a payee has earned, by all that had happened at an instant. */
function earnedAt(raw: readonly RawConversion[], payeeId: string, asOf: number): Earned[] {
  const volumes = new Map<string, number>();
  return raw
    .filter((each) => each.payeeId === payeeId && each.at <= asOf)
    .toSorted((a, b) => a.at - b.at || (a.externalId < b.externalId ? -1 : 1))
    .map(({ externalId, at, amount, refunds }) => {
      const back = refunds.filter((refund) => refund.at <= asOf);
      const counted = back.reduce((left, refund) => left - refund.amount, amount);
      const before = volumes.get(monthOf(at)) ?? 0;
      volumes.set(monthOf(at), before + counted);
      const low = Math.max(0, Math.min(counted, 100_000 - before));
      const gross = roundHalfUp(low * 1_000 + (counted - low) * 1_500, 10_000);
      const fee = Math.min(gross, roundHalfUp(counted * 200, 10_000));
      return { externalId, at, counted, fee, net: gross - fee };
    });
}

/** What the months of a payee that had ended are charged, since their fees fell short. */
export function chargesAt(
  raw: readonly RawConversion[],
  payeeId: string,
  asOf: number,
): Map<string, number> {
  const fees = new Map<string, number>();
  for (const { at, counted, fee } of earnedAt(raw, payeeId, asOf)) {
    const month = monthOf(at);
    if (counted > 0 && endOfMonth(month) <= asOf) fees.set(month, (fees.get(month) ?? 0) + fee);
  }
  return new Map([...fees].map(([month, sum]) => [month, Math.max(0, 3_000 - sum)]));
}

/** The fees of all conversions of a payee. */
export const feesAt = (raw: readonly RawConversion[], payeeId: string, asOf: number): number =>
  earnedAt(raw, payeeId, asOf).reduce((sum, { fee }) => sum + fee, 0);

/**
 * The batches of a year, day by day at `runAt` of each: what had changed since the day before is booked,
 * and payees who are due are paid what has matured, from the minimum on.
 */
export function simulateYear(
  raw: readonly RawConversion[],
  payees: readonly { payeeId: string; frequency: string; isDue: (day: string) => boolean }[],
  days: readonly string[],
  runAt: (day: string) => number,
): SimulatedBatch[] {
  const booked = new Map<string, number>();
  const open = new Map<string, { amount: number; availableAt: number }[]>();
  const batches: SimulatedBatch[] = [];
  const book = (key: string, payeeId: string, target: number, availableAt: number): void => {
    const difference = target - (booked.get(key) ?? 0);
    booked.set(key, target);
    if (difference === 0) return;
    open.set(payeeId, [...(open.get(payeeId) ?? []), { amount: difference, availableAt }]);
  };
  for (const day of days) {
    const cutoff = runAt(day);
    const asOf = cutoff - 1;
    for (const { payeeId, frequency, isDue } of payees) {
      for (const { externalId, at, net } of earnedAt(raw, payeeId, asOf)) {
        const matures = at + HOLDING_DAYS * DAY_MS;
        book(externalId, payeeId, net, booked.has(externalId) ? Math.max(asOf, matures) : matures);
      }
      const charges = chargesAt(raw, payeeId, asOf);
      const known = [...booked.keys()].filter((key) => key.startsWith(`${payeeId} `));
      for (const key of new Set([...known, ...[...charges.keys()].map((m) => `${payeeId} ${m}`)]))
        book(key, payeeId, -(charges.get(key.slice(payeeId.length + 1)) ?? 0), asOf);
      const ready = (open.get(payeeId) ?? []).filter(({ availableAt }) => availableAt < cutoff);
      const amount = ready.reduce((sum, each) => sum + each.amount, 0);
      if (!isDue(day) || amount < 6_000) continue;
      batches.push({ period: `${frequency}/${day}`, payeeId, amount });
      open.set(
        payeeId,
        (open.get(payeeId) ?? []).filter((each) => !ready.includes(each)),
      );
    }
  }
  return batches;
}
