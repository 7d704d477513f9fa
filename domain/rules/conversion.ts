import type { EffectiveTerms } from './terms.ts';

export const CONVERSION_STATES = ['PENDING', 'APPROVED', 'CANCELLED'] as const;
export type ConversionState = (typeof CONVERSION_STATES)[number];

/** Why a conversion earns nothing; the first that applies, in this order. */
export const INELIGIBLE_REASONS = {
  test_order: 'A test order earns nothing.',
  unknown_affiliate: 'There is no affiliate with this external id; register it, and it counts.',
  affiliate_suspended: 'The affiliate was suspended when this happened.',
  not_confirmed: 'The conversion is not confirmed yet; it counts once it is APPROVED.',
  cancelled: 'The conversion was cancelled.',
  refunded: 'All of the amount was refunded or charged back.',
  self_referral: 'The affiliate is the customer.',
  outside_attribution_window: 'The click lies too long before the conversion, or after it.',
  duplicate_order: 'The same order counted already within the window.',
  duplicate_customer: 'The same customer counted already within the window.',
  below_minimum_order: 'The amount is below the least order that counts.',
  no_rate: 'No rule has a rate for this currency at that time.',
} as const;
export type IneligibleCode = keyof typeof INELIGIBLE_REASONS;

/** What the engine knows of a conversion. Instants are milliseconds since 1970. */
export interface ConversionFacts {
  id: string;
  externalId: string;
  status: ConversionState;
  test: boolean;
  currency: string;
  amountMinor: bigint;
  /** Refunded and charged back until the moment that is looked at. */
  reversedMinor: bigint;
  occurredAt: number;
  clickedAt: number | null;
  /** The customer's id or email address as the platform gave it. */
  customer: string | null;
  /** The latest earlier one of the programme with the same order, or customer: neither a test nor cancelled. */
  sameOrderAt: number | null;
  sameCustomerAt: number | null;
  /** What holds for it; null where no rule did at that time. */
  terms: EffectiveTerms | null;
}

/** What the engine knows of the affiliate; null where nobody has that external id. */
export interface AffiliateFacts {
  externalId: string;
  email: string;
  suspendedAt: number | null;
}

/** What a conversion comes to. All of it is 0 where there is a `code`. */
export interface Earning {
  code: IneligibleCode | null;
  /** The amount that counts: less what was reversed. */
  countedMinor: bigint;
  /** What was before it in the period (marginal), or what the period came to (whole); 0 without tiers. */
  commissionMeasure: bigint;
  feeMeasure: bigint;
  grossMinor: bigint;
  feeMinor: bigint;
  /** What the affiliate earns: the gross, less the fee where the payee bears it. */
  netMinor: bigint;
}

/** One line of the explanation of an earning: in words, with the figures that it names. */
export interface WhyStep {
  step: string;
  text: string;
  amountMinor: bigint | null;
}
