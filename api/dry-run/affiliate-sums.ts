import { conversionFacts, type ConversionRow } from '../../db/queries/conversion-pages.ts';
import type { TriedAffiliate } from '../../db/queries/dry-run-affiliates.ts';
import type { RulesInForce } from '../../db/queries/rules-in-force.ts';
import type { AffiliateFacts } from '../../domain/rules/conversion.ts';
import { earningsOf } from '../../domain/rules/earnings.ts';
import { monthCharges } from '../../domain/rules/minimum-fee.ts';
import type { EffectiveTerms } from '../../domain/rules/terms.ts';
import type { ZoneCalendar } from '../../domain/rules/zone-calendar.ts';
import type { Sum } from './differences.ts';

/** The period that is tried, `to` not included, in milliseconds since 1970. */
export interface TriedPeriod {
  fromMs: number;
  toMs: number;
}

/**
 * What one affiliate comes to by currency in the period, by these rules. Conversions before it count
 * for tiers alone. Months count whose end lies in the period.
 */
export function sumsOf(
  affiliate: TriedAffiliate,
  rows: readonly ConversionRow[],
  rules: RulesInForce,
  calendar: ZoneCalendar,
  period: TriedPeriod,
): Map<string, Sum> {
  const payee = { id: affiliate.id, groupName: affiliate.group_name };
  const termsAt = (at: number): EffectiveTerms | null => rules.termsAt(payee, at)?.terms ?? null;
  const conversions = rows.map((row) => conversionFacts(row, termsAt(row.occurred_ms)));
  const earnings = earningsOf(toAffiliate(affiliate), conversions, calendar);
  const sums = new Map<string, Sum>();
  for (const [index, { currency, occurredAt }] of conversions.entries()) {
    const earning = earnings[index];
    if (!earning || occurredAt < period.fromMs) continue;
    const sum = sumIn(sums, currency);
    sum.netMinor += earning.netMinor;
    sum.feesMinor += earning.feeMinor;
  }
  const charges = monthCharges(conversions, earnings, calendar, {
    asOf: period.toMs,
    termsOfMonth: (start, end) => termsAt(Math.max(start, end - 1)),
  });
  for (const { currency, month, chargeMinor } of charges) {
    if (endOf(calendar, month) <= period.fromMs) continue;
    const sum = sumIn(sums, currency);
    sum.netMinor -= chargeMinor;
    sum.minimumFeesMinor += chargeMinor;
  }
  return sums;
}

/** The middle of the second day, in UTC, lies in its month in every zone. */
const NOON_OF_SECOND_MS = 36 * 3_600_000;

const endOf = (calendar: ZoneCalendar, month: string): number =>
  calendar.periodOf('month', Date.parse(month) + NOON_OF_SECOND_MS).end;

function sumIn(sums: Map<string, Sum>, currency: string): Sum {
  const known = sums.get(currency);
  if (known) return known;
  const sum = { netMinor: 0n, feesMinor: 0n, minimumFeesMinor: 0n };
  sums.set(currency, sum);
  return sum;
}

const toAffiliate = (affiliate: TriedAffiliate): AffiliateFacts => ({
  externalId: affiliate.external_id,
  email: affiliate.email,
  suspendedAt: affiliate.suspended_ms,
});
