import { z } from 'zod';
import type { Ledger } from '../../ledger.ts';
import type { Turn } from '../../turn.ts';
import type { Answer } from '../port.ts';
import { answer, failure } from './errors.ts';
import { PROVIDER } from './objects.ts';

/** After this a key may be reused: the request is then a new one. https://docs.stripe.com/api/idempotent_requests */
export const KEY_LIFETIME_MS = 24 * 60 * 60 * 1_000;

const savedSchema = z.object({
  hash: z.string(),
  status: z.int(),
  body: z.string(),
  atMs: z.int(),
});

/** One request under an idempotency key, in the account that it counts in. */
export type KeyedRequest = {
  readonly key: string;
  readonly account: string;
  /** Of its parameters. */
  readonly hash: string;
};

/** The answer that this key has had before, or the refusal of other parameters; null where there is none. */
export function replay(ledger: Ledger, request: KeyedRequest): Answer | null {
  const note = ledger.book(PROVIDER).notes.get(nameOf(request));
  if (note === undefined) return null;
  const saved = savedSchema.parse(JSON.parse(note));
  if (ledger.now() - saved.atMs >= KEY_LIFETIME_MS) return null;
  if (saved.hash !== request.hash) return mismatch(request);
  return replayed(saved, request.key);
}

/** The same answer again, marked as such. */
export function replayed({ status, body }: Answer, key: string): Answer {
  const headers = { 'idempotency-key': key, 'idempotent-replayed': 'true' };
  return answer(status, body, headers);
}

export function mismatch({ key }: KeyedRequest): Answer {
  const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`;
  return failure('idempotency_mismatch', { message });
}

/** Keeps the answer under its key, unless Stripe would not: it began nothing, or asks to come again. */
export function save(
  turn: Turn,
  ledger: Ledger,
  request: KeyedRequest,
  { status, body }: Answer,
): void {
  if ([401, 403, 409, 429].includes(status)) return;
  const saved = { hash: request.hash, status, body, atMs: ledger.now() };
  turn.note(nameOf(request), JSON.stringify(saved));
}

/**
 * Keeps a 500 that a fault gave instead of the true answer, as Stripe keeps its own. Whatever else
 * comes in between (a gateway's 502, a 429) is not Stripe's answer and leaves the true one in place.
 */
export function saveReplacement(
  turn: Turn,
  ledger: Ledger,
  request: KeyedRequest,
  told: Answer,
): void {
  if (told.status === 500) save(turn, ledger, request, told);
}

function nameOf({ account, key }: KeyedRequest): string {
  return `key ${account} ${key}`;
}
