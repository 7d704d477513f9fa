import { writeAudit } from '../../db/queries/audit.ts';
import type { Credential } from '../../db/queries/user-credentials.ts';
import { replaceRecoveryCodes } from '../../db/queries/user-second-factors.ts';
import type { ProofMethod } from '../../db/queries/user-sessions.ts';
import { DomainError } from '../../domain/errors.ts';
import { anonymousOf, clientAddress, type AppContext } from '../http/context.ts';
import { RateLimited } from '../http/rate-limited.ts';
import { judgedOf, observeAction } from '../risk-guard.ts';
import { actorNamed } from './session.ts';

/** Where a proof is asked for, which says how its failure is written down. */
export type Occasion = 'sign_in' | 'step_up';

/** What was typed as a second factor. */
export interface SecondProof {
  code?: string | undefined;
  recoveryCode?: string | undefined;
}

/**
 * Counts a try against its limits, looks at the proof, and writes a wrong one down. `account` is the
 * e-mail address or user id that is guessed at. Throws `rate_limited` before the proof is looked at,
 * and `unauthorized` where it is wrong.
 */
export async function proveWithin<Proof>(
  c: AppContext,
  {
    limit,
    account,
    occasion,
    userId,
    wrong,
  }: {
    limit: 'signIn' | 'secondFactor';
    account: string;
    occasion: Occasion;
    /** Whose proof it is to be, where that is known before. */
    userId: string | null;
    wrong: string;
  },
  look: () => Promise<{ proof: Proof | null; userId: string | null; factor: string }>,
): Promise<Proof> {
  const limits = c.var.deps.limits[limit];
  const ipAddress = clientAddress(c);
  try {
    await limits.check(account, ipAddress);
  } catch (error) {
    if (error instanceof RateLimited) await noteLocked(c, account, userId);
    throw error;
  }
  const { proof, userId: whose, factor } = await look();
  if (proof === null) {
    await limits.failed(account, ipAddress);
    await noteFailure(c, occasion, { account, userId: whose, reason: factor });
    throw new DomainError('unauthorized', wrong);
  }
  await limits.succeeded(account, ipAddress);
  return proof;
}

/** Writes down that somebody could not prove who they are. */
export async function noteFailure(
  c: AppContext,
  occasion: Occasion,
  { account, userId, reason }: { account: string; userId: string | null; reason: string },
): Promise<void> {
  const known = occasion === 'step_up' && userId !== null;
  const actor = known ? actorNamed(c, userId) : anonymousOf(c);
  const { db } = c.var.deps;
  await writeAudit(db, {
    action: `${occasion}.failed`,
    status: 'FAILURE',
    actor,
    details: { email: account, reason, ...(userId !== null && { userId }) },
  });
  await observeAction(db, c.var.log, { ...judgedOf(actor), kind: 'sign_in_failed', account });
}

/** A locked account is guessed at many times a second; once a minute says as much. */
async function noteLocked(c: AppContext, account: string, userId: string | null): Promise<void> {
  const { db, limits } = c.var.deps;
  if (!(await limits.firstInMinute(`locked ${account}`))) return;
  await writeAudit(db, {
    action: 'sign_in.locked',
    status: 'WARNING',
    actor: anonymousOf(c),
    details: { email: account, ...(userId !== null && { userId }) },
  });
}

/** Proves a person's second factor, by a code or a recovery code that is used up by it. */
export const proveSecondFactor = (
  c: AppContext,
  credential: Credential,
  given: SecondProof,
  occasion: Occasion,
): Promise<ProofMethod> =>
  proveWithin(
    c,
    {
      limit: 'secondFactor',
      account: credential.id,
      occasion,
      userId: credential.id,
      wrong: 'The code is wrong, or was used already; wait for the next one.',
    },
    async () => ({
      proof: await secondFactorProof(c, credential, given),
      userId: credential.id,
      factor: given.code === undefined ? 'recovery_code' : 'second_factor',
    }),
  );

async function secondFactorProof(
  c: AppContext,
  credential: Credential,
  { code, recoveryCode }: SecondProof,
): Promise<ProofMethod | null> {
  const { db, auth } = c.var.deps;
  if (credential.secret === null || credential.factor_verified !== true) return null;
  if (code !== undefined) {
    const fits = await auth.secondFactors.verify(credential.id, credential.secret, code);
    return fits ? 'second_factor' : null;
  }
  const from = credential.recovery_codes;
  if (recoveryCode === undefined || from === null) return null;
  const to = await auth.secondFactors.spend(from, recoveryCode);
  if (to === null) return null;
  const change = { userId: credential.id, from, to, action: 'recovery_code.used' } as const;
  const spent = await replaceRecoveryCodes(db, change, actorNamed(c, credential.id));
  return spent ? 'recovery_code' : null;
}

/** Proves a person's password where they are known already. */
export const provePassword = (
  c: AppContext,
  credential: Credential,
  password: string,
): Promise<ProofMethod> =>
  proveWithin(
    c,
    {
      limit: 'secondFactor',
      account: credential.id,
      occasion: 'step_up',
      userId: credential.id,
      wrong: 'The password is wrong.',
    },
    async () => ({
      proof: (await c.var.deps.auth.passwords.verify(password, credential.password))
        ? 'password'
        : null,
      userId: credential.id,
      factor: 'password',
    }),
  );
