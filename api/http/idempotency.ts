import { createHash } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import {
  answerIdempotencyKey,
  claimIdempotencyKey,
  releaseIdempotencyKey,
  renewIdempotencyKey,
} from '../../db/queries/idempotency.ts';
import { newId } from '../../db/new-id.ts';
import { DomainError } from '../../domain/errors.ts';
import { makeId, type IdKind } from '../../domain/ids.ts';
import { invalid, problemOf } from './problems.ts';
import type { AppContext, AppEnv } from './context.ts';

const KEY_SHAPE = /^[\x21-\x7e]{1,255}$/;
const RENEW_EVERY_MS = 5_000;

/** Refusals before anything was begun; the same key may bring a corrected request. */
const NOT_BEGUN: ReadonlySet<string> = new Set([
  'bad_request',
  'payload_too_large',
  'unsupported_media_type',
  'validation_error',
  'rate_limited',
  'approval_required',
  'risk_hold',
  'step_up_required',
]);

/**
 * The same `Idempotency-Key` and request of a caller gives the first answer again. An answer of 5xx
 * is not kept, nor one that refuses the request before anything was begun: those run again.
 */
export const idempotent = createMiddleware<AppEnv>(async (c, next) => {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return next();
  if (!KEY_SHAPE.test(key)) throw invalid('Idempotency-Key', 'is 1 to 255 visible characters');
  const { db } = c.var.deps;
  const { actor } = c.var.caller;
  const hashes = await hashesOf(c);
  const claim = await claimIdempotencyKey(db, actor, key, hashes);
  if (!hashes.includes(claim.request_hash)) {
    throw new DomainError(
      'idempotency_mismatch',
      'This Idempotency-Key was used for another request; choose a new key.',
    );
  }
  if (claim.response_status !== null) {
    return new Response(claim.response_body, {
      status: claim.response_status,
      headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
    });
  }
  if (!claim.claimed) {
    throw new DomainError(
      'idempotency_in_progress',
      'A call with this Idempotency-Key is still running; repeat it in a moment.',
    );
  }
  c.set('newId', (kind) => idFromKey(kind, claim.created_at, actor, key));
  const renewal = setInterval(
    () => void renewIdempotencyKey(db, actor, key).catch(() => {}),
    RENEW_EVERY_MS,
  );
  try {
    await next();
  } finally {
    clearInterval(renewal);
  }
  if (c.res.status >= 500 || (c.error && NOT_BEGUN.has(problemOf(c.error).code)))
    await releaseIdempotencyKey(db, actor, key);
  else
    await answerIdempotencyKey(db, actor, key, {
      status: c.res.status,
      body: await c.res.clone().text(),
    });
  return;
});

/** New ids of a call that carries no key. */
export const freshId = (kind: IdKind): string => newId(kind);

/**
 * What a request is known by: a hash that needs our key, since a body may hold an account number that
 * could be guessed from a plain one; and the plain one, as earlier versions wrote it.
 */
async function hashesOf(c: AppContext): Promise<readonly [keyed: string, plain: string]> {
  const body = new Uint8Array(await c.req.arrayBuffer());
  const plain = createHash('sha256')
    .update(`${c.req.method} ${new URL(c.req.url).pathname}${new URL(c.req.url).search}\n`)
    .update(body)
    .digest('hex');
  return [c.var.deps.vault.blindIndex(plain), plain];
}

/** A UUIDv7 whose time is the key's first use and whose random part is a hash of the key. */
function idFromKey(kind: IdKind, firstUsedAt: Date, actor: string, key: string): string {
  const time = firstUsedAt.getTime().toString(16).padStart(12, '0');
  const hash = createHash('sha256')
    .update(JSON.stringify([kind, actor, key]))
    .digest('hex');
  return makeId(kind, `${time}7${hash.slice(0, 3)}8${hash.slice(3, 18)}`);
}
