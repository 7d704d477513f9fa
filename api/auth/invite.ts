import { createHash } from 'node:crypto';
import { createInvite } from '../../db/queries/user-invites.ts';
import { DomainError } from '../../domain/errors.ts';
import { actorOf, type AppContext } from '../http/context.ts';
import { drawToken } from './session.ts';

/** An invitation is good for so long. */
const INVITE_MS = 24 * 3_600_000;

/** What an invitation is kept as. */
export const inviteName = (token: string): string => `invite ${token}`;

/**
 * Makes an invitation to set a password, in the place of earlier ones of that person. Throws
 * `invalid_state` where they are frozen.
 */
export async function invite(
  c: AppContext,
  userId: string,
): Promise<{ token: string; expiresAt: string }> {
  const token = drawToken();
  const expiresAt = new Date(Date.now() + INVITE_MS);
  const identifier = createHash('sha256').update(inviteName(token)).digest('base64url');
  const made = { id: c.var.newId('verification'), identifier, userId, expiresAt };
  if (!(await createInvite(c.var.deps.db, made, actorOf(c)))) {
    throw new DomainError('invalid_state', 'This person is frozen; lift that first.');
  }
  return { token, expiresAt: expiresAt.toISOString() };
}
