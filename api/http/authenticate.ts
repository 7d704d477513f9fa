import { DomainError } from '../../domain/errors.ts';
import type { Caller } from './caller.ts';
import type { AppContext } from './context.ts';

const BEARER = /^Bearer +(\S+)$/i;

/** Who calls. Throws `unauthorized` without working credentials. */
export async function authenticate(c: AppContext): Promise<Caller> {
  const secret = BEARER.exec(c.req.header('authorization') ?? '')?.[1];
  const row = secret === undefined ? null : await c.var.deps.keys.holderOf(secret);
  if (!row) {
    throw new DomainError(
      'unauthorized',
      'Send a working API key in the header "Authorization: Bearer <key>".',
    );
  }
  return {
    kind: 'key',
    id: row.id,
    name: row.name,
    actor: `key:${row.id}`,
    role: row.role,
    scopes: row.scopes,
    cidrs: row.cidrs,
    sessionId: null,
    authenticatedAt: null,
  };
}
