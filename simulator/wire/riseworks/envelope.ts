import type { Answer, FailureOptions } from '../port.ts';

/** Thrown while a request is read; `answer` is what the caller gets. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(code: string, options: FailureOptions = {}) {
    super(options.message ?? code);
    this.answer = failure(code, options);
  }
}

// Where the simulator's own word differs from Rise's.
const CODE_OF: Readonly<Record<string, string>> = {
  invalid_request: 'BAD_REQUEST',
  invalid_api_key: 'UNAUTHORIZED',
  insufficient_balance: 'INSUFFICIENT_BALANCE',
  forbidden: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  idempotency_mismatch: 'INVALID_SIGNATURE',
  not_cancellable: 'BAD_REQUEST',
  rate_limited: 'TOO_MANY_REQUESTS',
  server_error: 'INTERNAL_SERVER_ERROR',
};

// The codes of the guide come without a status there; what is not here is 400.
const STATUS_OF: Readonly<Record<string, number>> = {
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  TEAM_ROLE_SETTINGS_NOT_FOUND: 403,
  NOT_FOUND: 404,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
};

const MESSAGE_OF: Readonly<Record<string, string>> = {
  INSUFFICIENT_BALANCE: 'Not enough funds in entity balance',
  INVALID_SIGNATURE: 'Signature verification failed',
  EXPIRED_TYPED_DATA: 'Typed data has expired',
  INVALID_RECIPIENT: 'Recipient address is invalid',
  TEAM_ROLE_SETTINGS_NOT_FOUND: 'User not properly configured in team',
};

/** A failure in the envelope of every answer: `{success: false, data: {code, message}}`. */
export function failure(code: string, options: FailureOptions = {}): Answer {
  const named = CODE_OF[code] ?? code;
  const message = options.message ?? MESSAGE_OF[named] ?? named.toLowerCase().replaceAll('_', ' ');
  const status = options.status ?? STATUS_OF[named] ?? 400;
  const body = JSON.stringify({ success: false, data: { code: named, message } });
  if (options.retryAfterMs === undefined) return { status, body };
  const seconds = Math.max(1, Math.ceil(options.retryAfterMs / 1_000));
  return { status, body, headers: { 'retry-after': String(seconds) } };
}

/** A failure as the authentication guide shows it: `data` is a sentence. */
export function sentence(status: number, data: string): Answer {
  return { status, body: JSON.stringify({ success: false, data }) };
}

export function ok(data: unknown): Answer {
  return { status: 200, body: JSON.stringify({ success: true, data }) };
}

/** The answer, or that of the refusal. */
export async function attempt<T>(act: () => T | Promise<T>): Promise<T | Answer> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

/** The body of a request; throws `Refusal` where it is no JSON. */
export function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('BAD_REQUEST', { message: 'the body is not JSON' });
  }
}
