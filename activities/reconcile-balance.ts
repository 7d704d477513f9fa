import type { Db } from '../db/client.ts';
import {
  earlierBalances,
  readPositions,
  type EarlierBalance,
  type Position,
} from '../db/queries/reconcile-balance.ts';
import { ProviderError, type Provider } from '../providers/port.ts';

/**
 * The balance of one currency beside what our books say moved since the run before. `difference` is
 * what cannot be explained: below zero money is missing, above zero more came in than we know of.
 * Null where there is no earlier balance, or the provider did not tell. Minor units in decimal text.
 */
export interface BalanceReport {
  currency: string;
  balance: string | null;
  clearingLow: string;
  clearingHigh: string;
  inFlight: string;
  since: string | null;
  previousBalance: string | null;
  expectedLow: string | null;
  expectedHigh: string | null;
  difference: string | null;
}

/**
 * Holds the balance against the books. These are read before and after it, and the provider may hold
 * money from the moment it accepts a payment or only from its end: so a range is expected, not a value.
 */
export async function checkBalances(db: Db, provider: Provider): Promise<BalanceReport[]> {
  const earlier = await earlierBalances(db, provider.name);
  const before = await readPositions(db, provider.name);
  const currencies = new Set([...before, ...earlier].map(({ currency }) => currency));
  const balances = new Map<string, bigint | null>();
  for (const currency of currencies) balances.set(currency, await balanceOf(provider, currency));
  const after = await readPositions(db, provider.name);
  return [...currencies].map((currency) => {
    const one = <Row extends { currency: string }>(rows: readonly Row[]) =>
      rows.find((row) => row.currency === currency);
    const seen = [one(before), one(after)].flatMap((position) => position ?? []);
    return compare(currency, balances.get(currency) ?? null, seen, one(earlier));
  });
}

async function balanceOf(provider: Provider, currency: string): Promise<bigint | null> {
  try {
    return await provider.balance(currency);
  } catch (error) {
    if (error instanceof ProviderError) return null;
    throw error;
  }
}

function compare(
  currency: string,
  balance: bigint | null,
  seen: readonly Position[],
  earlier: EarlierBalance | undefined,
): BalanceReport {
  const clearing = seen.map(({ clearing_minor }) => clearing_minor);
  const clearingLow = least(clearing);
  const clearingHigh = -least(clearing.map((minor) => -minor));
  const inFlight = -least([0n, ...seen.map(({ in_flight_minor }) => -in_flight_minor)]);
  const expected = earlier && {
    low: earlier.balance_minor + clearingLow - earlier.clearing_high_minor - inFlight,
    high:
      earlier.balance_minor + clearingHigh - earlier.clearing_low_minor + earlier.in_flight_minor,
  };
  return {
    currency,
    balance: text(balance),
    clearingLow: String(clearingLow),
    clearingHigh: String(clearingHigh),
    inFlight: String(inFlight),
    since: earlier ? earlier.finished_at.toISOString() : null,
    previousBalance: text(earlier?.balance_minor),
    expectedLow: text(expected?.low),
    expectedHigh: text(expected?.high),
    difference: balance === null || !expected ? null : String(beyond(balance, expected)),
  };
}

/** How far a value lies outside a range. */
function beyond(value: bigint, { low, high }: { low: bigint; high: bigint }): bigint {
  if (value < low) return value - low;
  return value > high ? value - high : 0n;
}

const least = (values: readonly bigint[]): bigint =>
  values.reduce((low, value) => (value < low ? value : low), values[0] ?? 0n);

const text = (minor: bigint | null | undefined): string | null =>
  minor === null || minor === undefined ? null : String(minor);
