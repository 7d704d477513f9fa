import type { ConversionFacts, Earning } from './conversion.ts';
import type { EffectiveTerms } from './terms.ts';
import type { ZoneCalendar } from './zone-calendar.ts';

/** What a month comes to whose fees have a minimum. */
export interface MonthCharge {
  currency: string;
  /** Its first day in the programme's zone, `2026-03-01`. */
  month: string;
  /** What the payee bore in fees of the month's conversions. */
  feesMinor: bigint;
  minimumMinor: bigint;
  /** What the fees fell short by; 0 where they did not. */
  chargeMinor: bigint;
  /** What the minimum stands in. */
  terms: EffectiveTerms;
}

interface Month {
  currency: string;
  key: string;
  start: number;
  end: number;
  feesMinor: bigint;
}

/**
 * The months that have a minimum of fees: ended at `asOf`, at least one conversion that counts in
 * the currency, and terms by which the payee bears fees of at least so much a month. Sorted by month,
 * then currency. A month that is not among them is charged nothing. `earnings` are those of the
 * conversions, in the same order; `termsOfMonth` says what holds for the affiliate in a month.
 */
export function monthCharges(
  conversions: readonly ConversionFacts[],
  earnings: readonly Earning[],
  calendar: ZoneCalendar,
  given: {
    asOf: number;
    termsOfMonth: (monthStart: number, monthEnd: number) => EffectiveTerms | null;
  },
): MonthCharge[] {
  const charges: MonthCharge[] = [];
  for (const month of monthsOf(conversions, earnings, calendar, given.asOf)) {
    const terms = given.termsOfMonth(month.start, month.end);
    const minimumMinor = terms === null ? 0n : minimumIn(terms, month.currency);
    if (terms === null || minimumMinor === 0n) continue;
    const { currency, key, feesMinor } = month;
    const chargeMinor = minimumMinor > feesMinor ? minimumMinor - feesMinor : 0n;
    charges.push({ currency, month: key, feesMinor, minimumMinor, chargeMinor, terms });
  }
  return charges;
}

function monthsOf(
  conversions: readonly ConversionFacts[],
  earnings: readonly Earning[],
  calendar: ZoneCalendar,
  asOf: number,
): Month[] {
  const months = new Map<string, Month>();
  for (const [place, { currency, occurredAt }] of conversions.entries()) {
    const earning = earnings[place];
    if (earning === undefined || earning.code !== null) continue;
    const { start, end, key } = calendar.periodOf('month', occurredAt);
    if (end > asOf) continue;
    const name = `${key} ${currency}`;
    const month = months.get(name) ?? { currency, key, start, end, feesMinor: 0n };
    month.feesMinor += earning.grossMinor - earning.netMinor;
    months.set(name, month);
  }
  return [...months].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, month]) => month);
}

/** A fee that the platform bears is charged to nobody, nor is a minimum of it. */
const minimumIn = ({ fee }: EffectiveTerms, currency: string): bigint =>
  (fee?.bearer === 'payee'
    ? fee.monthlyMinimums.find((minimum) => minimum.currency === currency)?.amountMinor
    : undefined) ?? 0n;
