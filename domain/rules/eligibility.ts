import type { AffiliateFacts, ConversionFacts, IneligibleCode } from './conversion.ts';
import { DEFAULT_ELIGIBILITY } from './effective.ts';
import { rateOf } from './rate.ts';
import type { EligibilityTerms } from './terms.ts';

const DAY_MS = 86_400_000;

/**
 * Why a conversion earns nothing, the first reason in the order of `INELIGIBLE_REASONS`; null where
 * it counts. Days are 24 hours.
 *
 * - An affiliate earns nothing of what happens from the instant on at which it was suspended.
 * - A click counts exactly so many days before the conversion, not a millisecond more. A conversion
 *   without a click, as by a coupon, has no window to be outside of.
 * - An order or a customer counts again exactly so many days after the one before, whatever came of
 *   that one, as long as it was no test and not cancelled.
 * - The least order is held against the amount as it was ordered, whatever was refunded since.
 */
export function ineligible(
  affiliate: AffiliateFacts | null,
  facts: ConversionFacts,
): IneligibleCode | null {
  if (facts.test) return 'test_order';
  if (affiliate === null) return 'unknown_affiliate';
  if (affiliate.suspendedAt !== null && facts.occurredAt >= affiliate.suspendedAt) {
    return 'affiliate_suspended';
  }
  if (facts.status === 'PENDING') return 'not_confirmed';
  if (facts.status === 'CANCELLED') return 'cancelled';
  if (facts.reversedMinor > 0n && facts.reversedMinor >= facts.amountMinor) return 'refunded';
  const code = againstTerms(affiliate, facts, facts.terms?.eligibility ?? DEFAULT_ELIGIBILITY);
  if (code !== null) return code;
  return rateOf(facts.terms?.commission, facts.currency) === null ? 'no_rate' : null;
}

function againstTerms(
  affiliate: AffiliateFacts,
  facts: ConversionFacts,
  terms: EligibilityTerms,
): IneligibleCode | null {
  const { occurredAt, clickedAt } = facts;
  if (terms.selfReferral === 'refuse' && isAffiliate(facts.customer, affiliate)) {
    return 'self_referral';
  }
  if (terms.attributionDays !== null && clickedAt !== null) {
    const sinceMs = occurredAt - clickedAt;
    if (sinceMs < 0 || sinceMs > terms.attributionDays * DAY_MS) {
      return 'outside_attribution_window';
    }
  }
  if (isWithin(terms.orderWindowDays, facts.sameOrderAt, occurredAt)) return 'duplicate_order';
  if (isWithin(terms.customerWindowDays, facts.sameCustomerAt, occurredAt)) {
    return 'duplicate_customer';
  }
  const least = terms.minimumOrders.find(({ currency }) => currency === facts.currency);
  return least && facts.amountMinor < least.amountMinor ? 'below_minimum_order' : null;
}

const isWithin = (days: number | null, before: number | null, at: number): boolean =>
  days !== null && before !== null && at - before < days * DAY_MS;

/** True where the customer is the affiliate, by its id or email address in any case. */
function isAffiliate(customer: string | null, affiliate: AffiliateFacts): boolean {
  if (customer === null) return false;
  const named = customer.trim().toLowerCase();
  return named === affiliate.email.toLowerCase() || named === affiliate.externalId.toLowerCase();
}
