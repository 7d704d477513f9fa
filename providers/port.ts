import type { LookupResult, Outcome } from '../domain/outcome.ts';
import type { FailureTable } from './taxonomy.ts';

export const PROVIDER_NAMES = ['riseworks', 'xendit', 'stripe', 'mock', 'generic'] as const;
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
  /** Whether money that has arrived can be called back, by `reverse`. */
  reverse: boolean;
  /** Currencies it pays; empty for all. */
  currencies: readonly string[];
  /**
   * How doubt is settled: by looking up our reference; or, where nothing can be found by it, by
   * sending the same bytes under the same key again, which the provider answers with what it has.
   */
  doubt: 'lookup' | 'resend';
  /** False: an event is only a hint, and nothing is final before it was read from the provider. */
  webhooksProve: boolean;
  /** Whether event bodies carry account details, so that they are kept encrypted. */
  webhooksCarryDetails: boolean;
  /**
   * Whether the exact request is kept, encrypted, from the intent on: it holds account details that
   * may change, so a repetition could not write the same bytes again.
   */
  keepsRequest: boolean;
  /** So long after success money may still come back unasked; 0 where it cannot. */
  returnWatchMs: number;
}

/** What one payment may carry, in minor units of ISO 4217. */
export interface PaymentLimits {
  minimumMinor: bigint;
  maximumMinor: bigint;
  /** Amounts are multiples of it: 100 where a currency is paid in whole units only. */
  incrementMinor: bigint;
}

/** A way to pay inside a provider (a bank, a wallet), with limits of its own. */
export interface Channel extends PaymentLimits {
  code: string;
  currency: string;
  name: string;
  category: string;
}

/** Whatever an account needs beyond its reference, as it was given; kept encrypted at rest. */
export type AccountDetails = Readonly<Record<string, unknown>>;

/** One payment as an adapter needs it to write a request. */
export interface PaymentOrder {
  /** Ours, and the idempotency key at once. */
  reference: string;
  accountRef: string;
  amountMinor: bigint;
  currency: string;
  /** Null where the account has none. */
  details: AccountDetails | null;
  /** The payee's name. */
  payeeName: string;
  /** The same for the payments of one chunk of a batch; providers that group transfers are given it. */
  groupId: string;
}

/** The exact bytes that will be sent, now and at every repetition of the same key. */
export interface PreparedPayment {
  reference: string;
  accountRef: string;
  amountMinor: bigint;
  currency: string;
  groupId: string;
  body: string;
}

/** A request for several payments together, signed and not yet executed. */
export interface SignedRequest {
  /** The exact bytes; a repetition sends these and no others. */
  body: string;
  /** From then on the provider refuses it. */
  expiresAt: Date;
}

/** What came of staging: a signed request for all of the payments, or why there is none. */
export type Staged =
  { kind: 'signed'; request: SignedRequest } | { kind: 'refused'; outcomes: Map<string, Outcome> };

/** How many submissions may go now; where none may, after how long to ask again. */
export interface Reservation {
  granted: number;
  waitMs: number;
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

/** What people are invited as; both may be paid, and neither may pay. */
export const INVITE_ROLES = ['contractor', 'team_employee'] as const;
export type InviteRole = (typeof INVITE_ROLES)[number];

/** What the provider says about an account. */
export interface AccountState {
  accountRef: string;
  /** Null where it says nothing about the verification, which then stays as it is. */
  kycStatus: KycStatus | null;
  email: string | null;
}

/** What an event says about an account. */
export interface AccountNews extends AccountState {
  /**
   * When that was so, by the provider's clock: an older state never takes the place of a newer one.
   * Where the provider tells whole seconds, the end of that second.
   */
  toldAt: Date;
}

/** An authentic event, in our words. `outcome` is null where it says nothing about a payment. */
export interface WebhookEvent {
  eventId: string;
  type: string;
  /** Ours; null where the event does not carry it. */
  reference: string | null;
  /** The provider's own; null where the event is about no payment. */
  providerPaymentId: string | null;
  amountMinor: bigint | null;
  currency: string | null;
  outcome: Outcome | null;
  /**
   * Only where the event is about an account and not about a payment. It counts as it stands, so only
   * where `webhooksProve`; elsewhere the account is read by `syncAccounts`.
   */
  account?: AccountNews;
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
  /** What `stage` has signed for exactly these payments, where the adapter has `stage`. */
  signed?: SignedRequest;
}

/**
 * A provider of payouts. Every method reports what the provider said in our words; none throws a raw
 * transport error where a payment may be affected.
 */
export interface Provider {
  readonly name: ProviderName;
  readonly capabilities: Capabilities;
  /** Its failure words, where they come from settings and not from a table in code. */
  readonly failures?: FailureTable;
  /**
   * Writes the request of a payment, always the same bytes for the same order. Pure. Throws
   * `OrderUnfit` where the account lacks what the provider needs.
   */
  prepare(order: PaymentOrder): PreparedPayment;
  /**
   * Takes room for up to `count` submissions from the budget that all workers share; where each
   * currency has a credential of its own, from that one's. Grants all of them where the provider has
   * no known limit, none while its circuit is open.
   */
  reserve(count: number, currency: string): Promise<Reservation>;
  /**
   * Only where payments are executed by one signed request: drafts and signs it, which moves no
   * money and may be repeated. `submit` is given the result, after it has been stored.
   */
  stage?(payments: readonly PreparedPayment[]): Promise<Staged>;
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
  cancel(payment: LookupOrder): Promise<boolean>;
  /**
   * Only with the capability: calls money back that has arrived, all of it, once for each `key`.
   * False where the provider refuses. Throws `ProviderError`.
   */
  reverse?(payment: LookupOrder, key: string): Promise<boolean>;
  /** What one payment may carry in this currency; null where the provider does not pay it. Pure. */
  limits(currency: string): PaymentLimits | null;
  /** Its channels for a currency, where it has any. Throws `ProviderError`. */
  channels?(currency: string): Promise<Channel[]>;
  /**
   * What can still be paid out. Throws `ProviderError`; `unsupported` where the provider was reached
   * and payments leave no common balance.
   */
  balance(currency: string): Promise<bigint>;
  /** All transfers created in [from, to), oldest first, in pages. Throws `ProviderError`. */
  listTransfers(from: Date, to: Date): AsyncIterable<Transfer>;
  /** What the provider says about these accounts; ones it does not know are left out. Throws `ProviderError`. */
  syncAccounts(accountRefs: readonly string[]): Promise<AccountState[]>;
  /**
   * Only where the provider pays its own users: asks people by e-mail to become such a user. Answers
   * the provider's ids of the invitations. Throws `ProviderError`.
   */
  invite?(emails: readonly string[], role: InviteRole): Promise<string[]>;
  /** Checks that an event is authentic and reads it. Throws `WebhookRejected` where it is not. */
  verifyWebhook(headers: Headers, rawBody: string): WebhookEvent;
  /** Reads an event that was verified and stored before, without its proof. Throws `WebhookRejected`. */
  readWebhook(eventId: string, rawBody: string): WebhookEvent;
  close(): Promise<void>;
}

/** What a look-up compares the provider's answer with. */
export interface LookupOrder {
  reference: string;
  accountRef: string;
  amountMinor: bigint;
  currency: string;
  groupId: string;
  /** The provider's own id, once it has told it. */
  providerPaymentId?: string | null;
  /** When its attempt was first sent; some providers are searched by day. */
  sentAt?: Date;
}

/** The account lacks what this provider needs to pay to it; `message` says what, without values. */
export class OrderUnfit extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OrderUnfit';
  }
}

/** Why a call outside a payment failed. The first two are for a person to mend. */
export type ProviderErrorCode =
  'invalid_credentials' | 'forbidden' | 'unreachable' | 'unreadable' | 'refused' | 'unsupported';

/** A call outside a payment failed; `code` is ours, the message safe to show. */
export class ProviderError extends Error {
  readonly code: ProviderErrorCode;

  constructor(code: ProviderErrorCode, message: string) {
    super(message);
    this.name = 'ProviderError';
    this.code = code;
  }
}

/** `foreign_account`: authentic, but about an account of the provider that is not ours. */
export type WebhookRejection = 'not_authentic' | 'foreign_account' | 'unreadable';

/** An event that is not proved to be the provider's, or is not readable. */
export class WebhookRejected extends Error {
  readonly reason: WebhookRejection;

  constructor(reason: WebhookRejection, message: string) {
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
