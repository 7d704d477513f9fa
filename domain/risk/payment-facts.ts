/** What the payment rules look at. Amounts are minor units of `currency`. */
export interface PaymentFacts {
  paymentId: string;
  batchId: string;
  payeeId: string;
  accountId: string | null;
  currency: string;
  amountMinor: bigint;
  /** The account's details were changed after it was made, and nobody else has verified them since. */
  changedAt: Date | null;
  changedBy: string | null;
  /** The payee was paid before, by another batch. */
  paidBefore: boolean;
  /** So many affiliates, the payee included, are paid to the account's destination. */
  affiliatesThere: number;
  /** For so many a person has let it pass. */
  affiliatesAccepted: number;
  /** Batches with payments to the payee in the time of `velocity`, this one included. */
  recentPayouts: number;
  recentMinor: bigint;
  /** Days with payments to the payee in the 90 days before that time. */
  usualDays: number;
  /** What those days came to on average. */
  usualMinor: bigint | null;
  /** Payments just below the threshold to the payee, or to the same destination, this one included. */
  justBelow: number;
  /** A payment of the same amount and currency to the payee in the time of `look_alike`. */
  alikeId: string | null;
  alikeAt: Date | null;
}

/** What is the same for all payments of a batch. */
export interface BatchView {
  at: Date;
  /** The installation is too young for rules that compare with a history. */
  quiet: boolean;
  /** High value in the batch's currency; null where no rate of the day is known. */
  thresholdMinor: bigint | null;
}
