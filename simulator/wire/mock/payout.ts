import type { TransferView } from '../../ledger.ts';
import type { Answer, FailureOptions } from '../port.ts';

const ID_PREFIX = 'mp_';

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  invalid_request: 400,
  invalid_api_key: 401,
  insufficient_balance: 402,
  forbidden: 403,
  not_found: 404,
  idempotency_mismatch: 409,
  not_cancellable: 409,
  rate_limited: 429,
  server_error: 500,
};

const MESSAGE_OF_CODE: Readonly<Record<string, string>> = {
  invalid_api_key: 'the Authorization header does not carry the api key',
  insufficient_balance: 'the balance in this currency is too low',
  not_found: 'there is nothing here',
  idempotency_mismatch: 'this idempotency key was used with another body',
  not_cancellable: 'the payout is no longer waiting',
  rate_limited: 'too many requests',
  server_error: 'something went wrong',
};

/** HTTP status of a failure. Codes that are not the protocol's own are definite: 422. */
export function statusOf(code: string): number {
  return STATUS_OF_CODE[code] ?? 422;
}

/** `{code, message}` as it stands in an error body and in a batch item. */
export function errorOf(code: string, message?: string) {
  return { code, message: message ?? MESSAGE_OF_CODE[code] ?? code.replaceAll('_', ' ') };
}

export function failure(code: string, options: FailureOptions = {}): Answer {
  const body = JSON.stringify({ error: errorOf(code, options.message) });
  const status = options.status ?? statusOf(code);
  if (options.retryAfterMs === undefined) return { status, body };
  return { status, body, headers: { 'retry-after': String(options.retryAfterMs / 1_000) } };
}

/** A payout as answers and webhooks show it. */
export function payoutOf(view: TransferView) {
  return {
    id: ID_PREFIX + view.id,
    reference: view.reference,
    recipient: view.recipient,
    // Amounts were read from JSON integers that a double holds exactly.
    amount: Number(view.amountMinor),
    currency: view.currency,
    status: view.status,
    failureCode: view.failureCode,
    createdAt: isoOf(view.createdAtMs),
    updatedAt: isoOf(view.updatedAtMs),
  };
}

/** The ledger's id in a payout id; null where it cannot be one. */
export function idIn(payoutId: string): string | null {
  return payoutId.startsWith(ID_PREFIX) ? payoutId.slice(ID_PREFIX.length) : null;
}

let lastMs = -1;
let lastIso = '';

/** ISO 8601 in UTC. Remembers the last one: most payouts of a moment share theirs. */
export function isoOf(atMs: number): string {
  if (atMs !== lastMs) {
    lastMs = atMs;
    lastIso = new Date(atMs).toISOString();
  }
  return lastIso;
}
