import { writeAudit } from '../../db/queries/audit.ts';
import { placeOf } from '../../domain/risk/place.ts';
import { actorOf, clientAddress, type AppContext } from './context.ts';
import { RateLimited } from './rate-limited.ts';
import { noteRejectedKey } from './rejected-keys.ts';
import type { RequestLimits, RequestPoints } from './request-points.ts';

/**
 * Counts one request of the caller and says in headers what is left. Throws `rate_limited` where it is
 * one too many; the first of a minute stands in the audit log.
 */
export async function countRequest(c: AppContext): Promise<void> {
  const { limits } = c.var.deps;
  const { actor } = c.var.caller;
  const taken = limits.requests.take(actor);
  const points = taken instanceof Promise ? await taken : taken;
  tell(c, limits.requests, points);
  if (points.allowed) return;
  if (points.firstRefusal && (await limits.firstInMinute(`rate.limited ${actor}`))) {
    await writeAudit(c.var.deps.db, {
      action: 'rate.limited',
      status: 'WARNING',
      actor: actorOf(c),
      details: { limit: limits.requests.limit, method: c.req.method, path: c.req.path },
    });
  }
  throw new RateLimited('Too many requests; go on when the time is over.', points.resetMs);
}

/**
 * Counts a request whose credentials do not work against its address. Throws `rate_limited` where there
 * were too many; working credentials from the same address are still served. Rejected keys stand in the
 * audit log.
 */
export async function countBadCredentials(c: AppContext): Promise<void> {
  const { limits } = c.var.deps;
  const address = clientAddress(c) ?? 'unknown';
  const points = await limits.badCredentials.take(placeOf(address));
  tell(c, limits.badCredentials, points);
  const header = c.req.header('authorization');
  if (header !== undefined) await noteRejectedKey(c, header);
  if (points.allowed) return;
  throw new RateLimited('Too many requests with credentials that do not work.', points.resetMs);
}

function tell(c: AppContext, { limit }: RequestLimits, points: RequestPoints): void {
  c.header('ratelimit-limit', String(limit));
  c.header('ratelimit-remaining', String(points.remaining));
  c.header('ratelimit-reset', String(Math.ceil(points.resetMs / 1_000)));
}
