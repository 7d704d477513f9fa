import { writeAudit } from '../../db/queries/audit.ts';
import { DomainError } from '../../domain/errors.ts';
import { isTemporalUiCall } from './codec-origin.ts';
import { actorOf, type AppContext } from './context.ts';

/** A header that no page of another origin can send without being asked for leave first. */
export const CSRF_HEADER = 'x-bursar-csrf';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const OWN_SITES = new Set(['same-origin', 'none']);

/**
 * Refuses a change by cookie that a page of another origin may have begun. Its caller must be set;
 * the refusal is written down. Throws `csrf_refused`.
 */
export async function refuseForeignChange(c: AppContext): Promise<void> {
  if (SAFE.has(c.req.method) || isTemporalUiCall(c)) return;
  const reason = c.req.header(CSRF_HEADER) === '1' ? foreignOrigin(c) : 'no header X-Bursar-CSRF';
  if (reason === null) return;
  await writeAudit(c.var.deps.db, {
    action: 'csrf.refused',
    status: 'WARNING',
    actor: actorOf(c),
    details: { reason, method: c.req.method, path: c.req.path },
  });
  throw refusal();
}

/** Refuses to set cookies for a page of another origin. Throws `csrf_refused`. */
export function refuseForeignOrigin(c: AppContext): void {
  if (foreignOrigin(c) !== null) throw refusal();
}

const refusal = (): DomainError =>
  new DomainError(
    'csrf_refused',
    'Changes by cookie come from the own pages alone, with the header "X-Bursar-CSRF: 1".',
  );

/**
 * Why the call counts as another origin's; null where it does not. Browsers alone say where from.
 * What a page is reached by, its `Host`, is the browser's word too: only the public URL is ours.
 */
function foreignOrigin(c: AppContext): string | null {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && !OWN_SITES.has(site)) return 'Sec-Fetch-Site of another site';
  const origin = c.req.header('origin');
  if (origin === undefined) return null;
  const own = new URL(c.var.deps.settings.publicUrl).origin;
  return origin === own ? null : 'another Origin';
}
