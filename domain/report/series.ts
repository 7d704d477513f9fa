import type { Bucket } from './period.ts';

/** Payments of one state, currency and group in one bucket, which is told by its place. */
export interface StateSum {
  bucket: number;
  group: string;
  currency: string;
  status: string;
  payments: number;
  amount_minor: bigint;
}

/** All payments of one currency and group in one bucket. */
export interface SeriesPoint extends Figures {
  bucket: Bucket;
  group: string;
  currency: string;
}

/** How many payments there were, what they came to, and how they ended. */
export interface Figures {
  payments: number;
  amountMinor: bigint;
  completed: number;
  completedMinor: bigint;
  failed: number;
  returned: number;
  /** Completed of those that ended, COMPLETED, FAILED or RETURNED; null where none did. */
  successRate: number | null;
}

const seriesKey = ({ currency, group }: StateSum): string => JSON.stringify([currency, group]);

/** How many series there will be. */
export const seriesIn = (sums: readonly StateSum[]): number => new Set(sums.map(seriesKey)).size;

/**
 * A series for each currency and group that occurs at all, each with every bucket: by currency, group
 * and time. Where nothing occurs the series is empty.
 */
export function seriesOf(buckets: readonly Bucket[], sums: readonly StateSum[]): SeriesPoint[] {
  const series = new Map<string, Map<number, StateSum[]>>();
  for (const sum of sums) {
    const key = seriesKey(sum);
    const places = series.get(key) ?? new Map<number, StateSum[]>();
    places.set(sum.bucket, [...(places.get(sum.bucket) ?? []), sum]);
    series.set(key, places);
  }
  return [...series].toSorted(byText).flatMap(([, places]) => {
    const [{ currency, group } = { currency: '', group: '' }] = [...places.values()].flat();
    return buckets.map((bucket, place) => ({
      bucket,
      group,
      currency,
      ...figuresOf(places.get(place) ?? []),
    }));
  });
}

const byText = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : Number(a > b);

/** Adds up payments of any states. */
export function figuresOf(sums: readonly StateSum[]): Figures {
  const of = (status: string): readonly StateSum[] => sums.filter((sum) => sum.status === status);
  const completed = count(of('COMPLETED'));
  const failed = count(of('FAILED'));
  const returned = count(of('RETURNED'));
  return {
    payments: count(sums),
    amountMinor: total(sums),
    completed,
    completedMinor: total(of('COMPLETED')),
    failed,
    returned,
    successRate: successRateOf({ completed, failed, returned }),
  };
}

/** Completed of the payments that ended; null where none did. */
export function successRateOf(ends: Pick<Figures, 'completed' | 'failed' | 'returned'>) {
  const ended = ends.completed + ends.failed + ends.returned;
  return ended === 0 ? null : ends.completed / ended;
}

const count = (sums: readonly StateSum[]): number =>
  sums.reduce((sum, { payments }) => sum + payments, 0);

const total = (sums: readonly StateSum[]): bigint =>
  sums.reduce((sum, { amount_minor }) => sum + amount_minor, 0n);
