/** What a payee may be asked to see to. */
export const ASK_CODES = ['no_account', 'kyc_pending', 'kyc_rejected', 'account_changed'] as const;
export type AskCode = (typeof ASK_CODES)[number];

/** How a payment came not to arrive. */
export const FAILURE_KINDS = ['failed', 'cancelled', 'returned'] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

export interface MailAmount {
  amountMinor: bigint;
  currency: string;
}

/** What a mail tells a payee. */
export type MailNews =
  | { event: 'scheduled'; amount: MailAmount; scheduledFor: Date | null }
  | { event: 'paid'; amount: MailAmount }
  /** `remedy` in English, as the tables of failures have it. */
  | { event: 'failed'; amount: MailAmount; kind: FailureKind; remedy: string }
  /** Without an amount where the payee was left out before one was settled. */
  | { event: 'action_needed'; amount: MailAmount | null; code: AskCode };
