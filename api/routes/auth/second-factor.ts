import { z } from '@hono/zod-openapi';
import { findCredential, type Credential } from '../../../db/queries/user-credentials.ts';
import {
  disableSecondFactor,
  enableSecondFactor,
  proposeSecondFactor,
  replaceRecoveryCodes,
} from '../../../db/queries/user-second-factors.ts';
import { DomainError } from '../../../domain/errors.ts';
import { proveWithin } from '../../auth/prove.ts';
import { personOf, refreshSession } from '../../auth/session.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { totpCode } from '../../schemas/session.ts';

const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
const common = { tags: ['Sign-in'], 'x-permission': 'view' as const };

const begin = endpoint({
  ...common,
  method: 'post',
  path: '/api/auth/second-factor',
  summary: 'Begin to use an authenticator; it counts once a code of it was sent',
  'x-step-up': true,
  responses: {
    201: json('For the authenticator.', z.object({ uri: z.string(), secret: z.string() })),
  },
});

/** Draws a secret for the caller's authenticator. */
export const beginSecondFactor = newApp().openapi(begin, async (c) => {
  const { credential } = await own(c);
  const { kept, uri, secret } = await c.var.deps.auth.secondFactors.draw(credential.email);
  const factor = { id: c.var.newId('secondFactor'), userId: credential.id, secret: kept };
  if (!(await proposeSecondFactor(c.var.deps.db, factor))) {
    throw new DomainError('invalid_state', 'You have a second factor; take it away first.');
  }
  return c.json({ uri, secret }, 201);
});

const confirm = endpoint({
  ...common,
  method: 'post',
  path: '/api/auth/second-factor/confirm',
  summary: 'Prove the authenticator; recovery codes are shown this once',
  request: { body: jsonBody(z.strictObject({ code: totpCode })) },
  responses: { 200: json('Recovery codes, each for one sign-in.', recoveryCodes) },
});

/** From here on the caller signs in with a code too. */
export const confirmSecondFactor = newApp().openapi(confirm, async (c) => {
  const { code } = c.req.valid('json');
  const { db, auth } = c.var.deps;
  const { person, credential } = await own(c);
  const { secret } = credential;
  if (secret === null || credential.factor_verified === true) {
    throw new DomainError('invalid_state', 'Begin with POST /api/auth/second-factor.');
  }
  await proveWithin(
    c,
    {
      limit: 'secondFactor',
      account: person.id,
      occasion: 'step_up',
      userId: person.id,
      wrong: 'The code is wrong; check the clock of the device.',
    },
    async () => ({
      proof: (await auth.secondFactors.verify(person.id, secret, code)) || null,
      userId: person.id,
      factor: 'second_factor',
    }),
  );
  const drawn = await auth.secondFactors.drawRecoveryCodes();
  const change = { userId: person.id, secret, recoveryCodes: drawn.kept };
  if (!(await enableSecondFactor(db, change, actorOf(c)))) throw changed();
  await refreshSession(c, person, 'second_factor');
  return c.json({ recoveryCodes: drawn.codes }, 200);
});

const remove = endpoint({
  ...common,
  method: 'delete',
  path: '/api/auth/second-factor',
  summary: 'Take your second factor away',
  'x-step-up': true,
  responses: { 200: json('Gone.', z.object({ success: z.literal(true) })) },
});

/** Takes the caller's second factor away; again is the same. */
export const removeSecondFactor = newApp().openapi(remove, async (c) => {
  const { person } = await own(c);
  await disableSecondFactor(c.var.deps.db, person.id, actorOf(c));
  c.var.deps.auth.sessions.forget();
  return c.json({ success: true as const }, 200);
});

const renew = endpoint({
  ...common,
  method: 'post',
  path: '/api/auth/recovery-codes',
  summary: 'Make new recovery codes; the old ones are worth nothing',
  'x-step-up': true,
  responses: { 201: json('Shown this once.', recoveryCodes) },
});

/** Makes ten new recovery codes for the caller. */
export const makeRecoveryCodes = newApp().openapi(renew, async (c) => {
  const { db, auth } = c.var.deps;
  const { person, credential } = await own(c);
  const from = credential.recovery_codes;
  if (from === null || credential.factor_verified !== true) {
    throw new DomainError('invalid_state', 'You have no second factor.');
  }
  const drawn = await auth.secondFactors.drawRecoveryCodes();
  const change = {
    userId: person.id,
    from,
    to: drawn.kept,
    action: 'recovery_codes.made' as const,
  };
  if (!(await replaceRecoveryCodes(db, change, actorOf(c)))) throw changed();
  return c.json({ recoveryCodes: drawn.codes }, 201);
});

async function own(c: AppContext): Promise<{
  person: ReturnType<typeof personOf>;
  credential: Credential;
}> {
  const person = personOf(c);
  const credential = await findCredential(c.var.deps.db, person.id);
  if (!credential) throw notFound('person');
  return { person, credential };
}

const changed = (): DomainError =>
  new DomainError('invalid_state', 'The second factor has just been changed elsewhere.');
