import {
  findCredential,
  findCredentialByEmail,
  replaceHash,
  type Credential,
} from '../../db/queries/user-credentials.ts';
import { DomainError } from '../../domain/errors.ts';
import { type AppContext } from '../http/context.ts';
import type { ProofMethod } from '../../db/queries/user-sessions.ts';
import { noteFailure, proveSecondFactor, proveWithin, type SecondProof } from './prove.ts';
import { cookieToken, drawToken, giveCookie, startSession, takeCookie } from './session.ts';
import { PENDING_COOKIE } from './session-cookie.ts';

/** Between the password and the second factor. */
const PENDING_MS = 5 * 60_000;

/**
 * Signs in by e-mail address and password. An address that is not known is answered alike and takes
 * as long. Throws `unauthorized` where one of them is wrong, `forbidden` where the person is frozen
 * or has no role, and `second_factor_required`, with a cookie for the next step.
 */
export async function signInByPassword(
  c: AppContext,
  { email, password }: { email: string; password: string },
): Promise<void> {
  const { db, auth } = c.var.deps;
  const credential = await proveWithin(
    c,
    {
      limit: 'signIn',
      account: email,
      occasion: 'sign_in',
      userId: null,
      wrong: 'The e-mail address or the password is wrong.',
    },
    async () => {
      const found = await findCredentialByEmail(db, email);
      const right = await auth.passwords.verify(password, found?.password ?? null);
      return { proof: right ? found : null, userId: found?.id ?? null, factor: 'password' };
    },
  );
  await admit(c, credential, 'password');
  await raiseCost(c, credential, password);
}

/**
 * Lets somebody go on who has proved who they are, to their second factor where they have one. Throws
 * `forbidden` where the person is frozen or has no role, and `second_factor_required`.
 * @param provedAt when they proved it, where that was elsewhere; now unless told.
 */
export async function admit(
  c: AppContext,
  person: Credential,
  method: ProofMethod,
  provedAt: Date | null = null,
): Promise<void> {
  if (person.frozen_at !== null || person.role === null) {
    const reason = person.frozen_at === null ? 'no_role' : 'frozen';
    await noteFailure(c, 'sign_in', { account: person.email, userId: person.id, reason });
    throw new DomainError(
      'forbidden',
      reason === 'frozen'
        ? 'This account is frozen; ask an administrator.'
        : 'This account has no role yet; ask an administrator.',
    );
  }
  if (!person.two_factor_enabled) return startSession(c, person.id, method, provedAt);
  const token = drawToken();
  await c.var.deps.auth.store.keep(`pending ${token}`, person.id, PENDING_MS);
  giveCookie(c, PENDING_COOKIE, token, PENDING_MS);
  throw new DomainError(
    'second_factor_required',
    'Send the code of your authenticator to POST /api/auth/sign-in/second-factor.',
  );
}

/** The second step of a sign-in. Throws `unauthorized` without the first, or where the code is wrong. */
export async function signInBySecondFactor(c: AppContext, given: SecondProof): Promise<void> {
  const { db, auth } = c.var.deps;
  const token = cookieToken(c, PENDING_COOKIE);
  const userId = token && (await auth.store.find(`pending ${token}`));
  const credential = userId ? await findCredential(db, userId) : null;
  if (!credential) throw new DomainError('unauthorized', 'Sign in with your password first.');
  const method = await proveSecondFactor(c, credential, given, 'sign_in');
  if ((await auth.store.take(`pending ${token}`)) === null) {
    throw new DomainError('unauthorized', 'This sign-in is over; begin again.');
  }
  takeCookie(c, PENDING_COOKIE);
  await startSession(c, credential.id, method);
}

/** A hash of a lower cost gives way to one of today's; the sign-in is not held up by a failure. */
async function raiseCost(c: AppContext, person: Credential, password: string): Promise<void> {
  const { auth, db } = c.var.deps;
  const from = person.password;
  if (from === null || !auth.passwords.isOutdated(from)) return;
  try {
    await replaceHash(db, person.id, { from, to: await auth.passwords.hash(password) });
  } catch (error) {
    c.var.log.warn({ err: error }, 'a password keeps its older hash');
  }
}
