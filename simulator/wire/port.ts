import type { IncomingHttpHeaders } from 'node:http';
import type { Operation } from '../effects.ts';
import type { Subject } from '../faults.ts';
import type { Ledger, TransferView } from '../ledger.ts';
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
  /** Checks a request: either it can be carried out, or this is the answer. */
  prepare(call: Call, ledger: Ledger): Prepared | Answer;
  /** A failure in the provider's own words. `status` overrules the one that belongs to the code. */
  failure(code: string, options?: FailureOptions): Answer;
  /** The event as the provider sends it; a forged one has a bad signature and tells a false status. */
  webhook(eventId: string, view: TransferView, atMs: number, forged: boolean): WebhookMessage;
};

export type FailureOptions = {
  readonly status?: number;
  readonly message?: string;
  readonly retryAfterMs?: number;
};
