/** Where a file comes from; external ids of what it brings begin with it. */
export type ForeignSource = 'rewardful' | 'partnerstack' | 'firstpromoter' | 'dub';

/** The headers that stand for a column, the likeliest first, in lower case with `_` for all other signs. */
export type Headers = Readonly<Record<string, readonly string[]>>;

/** How a source's export of partners is read. */
export interface AffiliateMapping {
  source: ForeignSource;
  /** Of `external_id`, `email`, `full_name`, `first_name`, `last_name`, `country`, `currency`. */
  headers: Headers;
}

/**
 * What a source's word for the state of a commission means here. Only what is approved there and not
 * paid becomes payable; what waits there comes in with the day on which it is due, or not at all.
 */
export type CommissionMeaning = 'payable' | 'waiting' | 'paid' | 'void';

/** How a source's export of commissions is read. */
export interface CommissionMapping {
  source: ForeignSource;
  /**
   * Of `external_id`, `affiliate_external_id`, `affiliate_email`, `amount` (whole numbers are minor
   * units), `currency`, `status`, `earned_at`, `available_at`, `paid` and `paid_at` (either is filled
   * where it was paid), `unit` and `description`.
   */
  headers: Headers;
  statuses: Readonly<Record<string, CommissionMeaning>>;
  /** The words of `unit` that stand for money; the column may be missing. */
  moneyUnits?: readonly string[];
}
