import { personBehind } from '../db/queries/roles.ts';
import { DomainError } from '../domain/errors.ts';
import { judgeKey, type KeyRights } from '../domain/role-grants.ts';
import { auditDenial } from './http/auth.ts';
import type { AppContext } from './http/context.ts';

/**
 * Whose a key is that the caller makes: a person's own, or that of the owner of the key that makes it;
 * null for the installation's. Throws `forbidden` for tokens, whose subject is nobody here.
 */
export async function ownerOfNewKey(c: AppContext): Promise<string | null> {
  const { caller, deps } = c.var;
  if (caller.kind !== 'token') return personBehind(deps.db, caller.actor);
  await auditDenial(c, { permission: 'settings', reason: 'token_makes_key' });
  throw new DomainError('forbidden', 'A token makes no keys: sign in, or use a key.');
}

/** Throws `role_too_high` or `forbidden` where the caller may not give out these rights. */
export async function assertMayGive(c: AppContext, wanted: KeyRights): Promise<void> {
  const refusal = judgeKey(c.var.caller, wanted);
  if (refusal === null) return;
  await auditDenial(c, { permission: 'settings', reason: refusal, wanted: { ...wanted } });
  throw new DomainError(
    refusal,
    refusal === 'role_too_high'
      ? 'A key may only be made of a role below your own.'
      : 'A key gives no more than its own scopes: name some of them.',
  );
}

/** Throws where a time does not lie ahead. */
export function assertAhead(expiresAt: Date | undefined): void {
  if (!expiresAt || expiresAt.getTime() > Date.now()) return;
  throw new DomainError('validation_error', 'expiresAt lies in the past.', [
    { path: 'expiresAt', reason: 'must be in the future' },
  ]);
}
