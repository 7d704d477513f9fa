import { DomainError } from '../../domain/errors.ts';
import type { Caller } from './caller.ts';
import type { AppContext } from './context.ts';

/** A proof of who somebody is counts as fresh for so long. */
export const FRESH_PROOF_MS = 5 * 60_000;

/** True for callers whose proof is fresh: keys and tokens give it with each call. */
export const hasFreshProof = ({ kind, authenticatedAt }: Caller): boolean =>
  kind !== 'user' ||
  (authenticatedAt !== null && Date.now() - authenticatedAt.getTime() < FRESH_PROOF_MS);

/**
 * Asks a person for a proof of who they are that is at most five minutes old; keys and tokens prove
 * it with each call. Throws `step_up_required`.
 */
export async function requireFreshProof(c: AppContext): Promise<void> {
  if (hasFreshProof(c.var.caller)) return;
  throw new DomainError(
    'step_up_required',
    'Prove again who you are (POST /api/auth/step-up), then repeat this call within five minutes.',
  );
}
