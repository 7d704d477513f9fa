import type { LookupResult, Outcome } from '../domain/outcome.ts';

export const PROVIDER_NAMES = ['riseworks', 'xendit', 'stripe', 'mock'] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

/** What a provider can do, from its documentation. Callers plan by it and never by the name. */
export interface Capabilities {
  /** Payments that one submission call may carry; 1 where there is no batch call. */
  submissionPaymentsMax: number;
  /** Calls that may be open at once. */
  concurrency: number;
  /** Payments a second that it takes, for planning slices. */
  paymentsPerSecond: number;
  /** References that one look-up call may carry. */
  lookupReferencesMax: number;
  /** For how long a key is honoured, with a byte-identical body; 0 where it is not. */
  idempotencyWindowMs: number;
  /** After a send, for how long "absent" may still turn into "present". */
  quietTimeMs: number;
  cancel: boolean;
  /** Currencies it pays; empty for all. */
  currencies: readonly string[];
}

/** One payment as an adapter needs it to write a request. */
export interface PaymentOrder {
  /** Ours, and the idempotency key at once. */
  reference: string;
  accountRef: string;
  amountMinor: bigint;
  currency: string;
}

/** The exact bytes that will be sent, now and at every repetition of the same key. */
export interface PreparedPayment {
  reference: string;
  amountMinor: bigint;
  currency: string;
  body: string;
}

/** A transfer as the provider lists it. */
export interface Transfer {
  providerPaymentId: string;
  reference: string;
  amountMinor: bigint;
  currency: string;
  outcome: Outcome;
  createdAt: Date;
}

export type KycStatus = 'NOT_STARTED' | 'PENDING' | 'APPROVED' | 'REJECTED';

/** What the provider says about an account. */
export interface AccountState {
  accountRef: string;
  kycStatus: KycStatus;
  email: string | null;
}

/** An authentic event, in our words. `outcome` is null where it says nothing about a payment. */
export interface WebhookEvent {
  eventId: string;
  type: string;
  reference: string | null;
  amountMinor: bigint | null;
  currency: string | null;
  outcome: Outcome | null;
}

/**
 * From writing the intent to sending, at most so long. An adapter's `quietTimeMs` covers it and the
 * longest wait for an answer, so that "absent" after the quiet time is final.
 */
export const SEND_WINDOW_MS = 8_000;

/** Limits of a submission. */
export interface SubmitOptions {
  /**
   * Not to be sent any more after this instant of `performance.now()`. A process that was stopped
   * and goes on later must not send what others have given up meanwhile.
   */
  sendBeforeMs: number;
}

/**
 * A provider of payouts. Every method reports what the provider said in our words; none throws a raw
 * transport error where a payment may be affected.
 */
export interface Provider {
  readonly name: ProviderName;
  readonly capabilities: Capabilities;
  /** Writes the request of a payment, always the same bytes for the same order. Pure. */
  prepare(order: PaymentOrder): PreparedPayment;
  /**
   * Sends the payments, each with its reference as the idempotency key. Answers an outcome for every
   * reference given, matched by reference; one that the provider left out is AMBIGUOUS.
   */
  submit(
    payments: readonly PreparedPayment[],
    options: SubmitOptions,
  ): Promise<Map<string, Outcome>>;
  /** Looks payments up by our reference. One that could not be looked up is AMBIGUOUS. */
  lookup(payments: readonly LookupOrder[]): Promise<Map<string, LookupResult>>;
  /** Asks the provider not to pay. False where it is too late. Throws `ProviderError`. */
  cancel(reference: string): Promise<boolean>;
  /** What can still be paid out. Throws `ProviderError`. */
  balance(currency: string): Promise<bigint>;
  /** All transfers created in [from, to), oldest first, in pages. Throws `ProviderError`. */
  listTransfers(from: Date, to: Date): AsyncIterable<Transfer>;
  /** What the provider says about these accounts; ones it does not know are left out. Throws `ProviderError`. */
  syncAccounts(accountRefs: readonly string[]): Promise<AccountState[]>;
  /** Checks that an event is authentic and reads it. Throws `WebhookRejected` where it is not. */
  verifyWebhook(headers: Headers, rawBody: string): WebhookEvent;
  close(): Promise<void>;
}

/** What a look-up compares the provider's answer with. */
export interface LookupOrder {
  reference: string;
  amountMinor: bigint;
  currency: string;
}

/** A call outside a payment failed; `code` is ours, the message safe to show. */
export class ProviderError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ProviderError';
    this.code = code;
  }
}

/** An event that is not proved to be the provider's, or is not readable. */
export class WebhookRejected extends Error {
  readonly reason: 'not_authentic' | 'unreadable';

  constructor(reason: 'not_authentic' | 'unreadable', message: string) {
    super(message);
    this.name = 'WebhookRejected';
    this.reason = reason;
  }
}

/** The providers of this process, by name. */
export interface Providers {
  /** Null for a provider that is not configured here. */
  named(name: string): Provider | null;
  all(): readonly Provider[];
  close(): Promise<void>;
}
