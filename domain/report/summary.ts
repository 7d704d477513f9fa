import { PAYMENT_STATES, type PaymentState } from '../payment.ts';
import { figuresOf, type StateSum } from './series.ts';

/** How many payments, and what they come to. */
export interface Total {
  payments: number;
  amountMinor: bigint;
}

/** What came back of payments of one currency; `bucket` as in the sums beside it. */
export interface ReturnedTotal {
  bucket: number;
  currency: string;
  payments: number;
  amount_minor: bigint;
  parts: number;
  parts_minor: bigint;
}

/** All of them: bucket 0 is the period before, bucket 1 the period. */
export interface SummarySums {
  made: readonly StateSum[];
  paid: readonly StateSum[];
  returned: readonly ReturnedTotal[];
}

export const SUMMARY_MEASURES = ['made', 'paid', 'returned', 'returned_partly'] as const;
export type SummaryMeasure = (typeof SUMMARY_MEASURES)[number];

/** One figure of one currency beside that of the period before. */
export interface SummaryLine {
  currency: string;
  measure: SummaryMeasure;
  /** For `made`: the state that payments are in now; null for all of them, and for the other measures. */
  status: PaymentState | null;
  now: Total;
  before: Total;
  /** Of `made` as a whole, as in a time series. */
  successRate: number | null;
  successRateBefore: number | null;
}

const BEFORE = 0;
const NOW = 1;

/**
 * The lines of each currency that occurs, by currency: all payments made, those of each state, what was
 * paid, what came back. Where nothing was, there are zeros.
 */
export function summaryOf({ made, paid, returned }: SummarySums): SummaryLine[] {
  const currencies = new Set([...made, ...paid, ...returned].map(({ currency }) => currency));
  return [...currencies].toSorted().flatMap((currency) => {
    const of = <Sum extends { currency: string }>(sums: readonly Sum[]) =>
      sums.filter((sum) => sum.currency === currency);
    return [
      ...madeLines(currency, of(made)),
      { ...noRate, ...lineOf(currency, 'paid', null, of(paid)) },
      ...returnedLines(currency, of(returned)),
    ];
  });
}

const noRate = { successRate: null, successRateBefore: null };

function madeLines(currency: string, sums: readonly StateSum[]): SummaryLine[] {
  const rate = (bucket: number) =>
    figuresOf(sums.filter((sum) => sum.bucket === bucket)).successRate;
  const states = PAYMENT_STATES.map((status) => ({
    ...noRate,
    ...lineOf(
      currency,
      'made',
      status,
      sums.filter((sum) => sum.status === status),
    ),
  }));
  const all = lineOf(currency, 'made', null, sums);
  return [{ ...all, successRate: rate(NOW), successRateBefore: rate(BEFORE) }, ...states];
}

function returnedLines(currency: string, sums: readonly ReturnedTotal[]): SummaryLine[] {
  const parts = sums.map(({ bucket, parts, parts_minor }) => ({
    bucket,
    payments: parts,
    amount_minor: parts_minor,
  }));
  return [
    { ...noRate, ...lineOf(currency, 'returned', null, sums) },
    { ...noRate, ...lineOf(currency, 'returned_partly', null, parts) },
  ];
}

interface Summed {
  bucket: number;
  payments: number;
  amount_minor: bigint;
}

const lineOf = (
  currency: string,
  measure: SummaryMeasure,
  status: PaymentState | null,
  sums: readonly Summed[],
) => ({
  currency,
  measure,
  status,
  now: totalOf(sums.filter(({ bucket }) => bucket === NOW)),
  before: totalOf(sums.filter(({ bucket }) => bucket === BEFORE)),
});

const totalOf = (sums: readonly Summed[]): Total => ({
  payments: sums.reduce((total, { payments }) => total + payments, 0),
  amountMinor: sums.reduce((total, { amount_minor }) => total + amount_minor, 0n),
});

/** By how much more, in percent with two decimals; null where there was nothing before. */
export const percentChange = (now: bigint, before: bigint): number | null =>
  before === 0n ? null : Math.round((Number(now - before) / Number(before)) * 10_000) / 100;

/** The amount of one payment on average, rounded half up to a whole minor unit; null without any. */
export function averageOf({ payments, amountMinor }: Total): bigint | null {
  if (payments === 0) return null;
  const twice = 2n * amountMinor + BigInt(payments);
  const divisor = 2n * BigInt(payments);
  // Division cuts towards zero, which of amounts below zero is up.
  return twice / divisor - (twice % divisor < 0n ? 1n : 0n);
}
