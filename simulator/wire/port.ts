import type { IncomingHttpHeaders } from 'node:http';
import type { Operation } from '../effects.ts';
import type { Subject } from '../faults.ts';
import type { Ledger, TransferView } from '../ledger.ts';
import type { LimitState } from '../limits.ts';
import type { Account } from '../records.ts';
import type { Turn } from '../turn.ts';

/** A request to one provider. */
export type Call = {
  readonly method: string;
  /** Below the provider's own prefix, without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** sha256 of the body, base64url. */
  readonly bodyHash: string;
};

export type Answer = {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An item of a request as the record of requests keeps it. */
type Item = Subject & { readonly key: string | null };

/** A request that has been understood and may be carried out. */
export type Prepared = {
  readonly operation: Operation;
  readonly items: readonly Item[];
  /** True where the items are rows of their own beside the call. */
  readonly isBatch: boolean;
  /** Does it, at once, and says what is to be answered. `itemStatus` is told of each item of a batch. */
  perform(turn: Turn, itemStatus: (index: number, status: number) => void): Answer;
  /** Told of the answer that a fault gives instead of the one of `perform`, for a provider that keeps answers. */
  replaced?(turn: Turn, told: Answer): void;
};

/** A message to the receiver of webhooks. */
export type WebhookMessage = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** One provider's wire format. It decides nothing about money: that is `Turn` and what is behind it. */
export type Wire = {
  /** Name and path prefix. */
  readonly provider: string;
  /** What a request is about, known before its body is read; null where there is nothing at this address. */
  operationOf(method: string, path: string): Operation | null;
  /** Checks a request: either it can be carried out, or this is the answer. It changes nothing. */
  prepare(call: Call, ledger: Ledger): Prepared | Answer | Promise<Prepared | Answer>;
  /**
   * A failure in the provider's own words. The simulator's own codes are `invalid_request`,
   * `invalid_api_key`, `insufficient_balance`, `forbidden`, `not_found`, `idempotency_mismatch`,
   * `not_cancellable`, `rate_limited` and `server_error`; any other is the provider's already.
   * `status` overrules the one that belongs to the code.
   */
  failure(code: string, options?: FailureOptions): Answer;
  /**
   * The event as the provider sends it; a forged one has a bad signature and tells a false status.
   * `part` counts from 0 where `messages` says that there are several.
   */
  webhook(
    eventId: string,
    view: TransferView,
    atMs: number,
    forged: boolean,
    part: number,
  ): WebhookMessage;
  /**
   * How many messages tell of a change to this state, 0 where the provider says nothing. One where left
   * out. `eventNo` counts from 1 within the transfer; an announced creation is 1.
   */
  messages?(view: TransferView, eventNo: number): number;
  /**
   * The event that tells how an account stands now; a forged one has a bad signature and tells the
   * opposite. Left out where the provider has no such event. `eventId` is new for each change.
   */
  accountWebhook?(eventId: string, account: Account, forged: boolean): WebhookMessage;
  /** Waits before a message that was not taken comes again, in milliseconds; as `mock` where left out. */
  readonly retryAfterMs?: readonly number[];
  /** How long the receiver may take to answer; 10 s where left out. */
  readonly receiverTimeoutMs?: number;
  /** What a limit of calls counts by itself, beside the credential. The operation where left out. */
  endpointOf?(method: string, path: string): string;
  /** Headers that tell of a limit on every answer; none where left out. */
  limitHeaders?(state: LimitState): Readonly<Record<string, string>>;
};

export type FailureOptions = {
  readonly status?: number;
  readonly message?: string;
  readonly retryAfterMs?: number;
  /** How many calls a minute there may be, where a limit has been passed. */
  readonly perMinute?: number;
};
