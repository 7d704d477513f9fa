import { z } from '@hono/zod-openapi';
import { findCredential } from '../../../db/queries/user-credentials.ts';
import { DomainError } from '../../../domain/errors.ts';
import { proveSecondFactor, provePassword } from '../../auth/prove.ts';
import { personOf, refreshSession } from '../../auth/session.ts';
import { FRESH_PROOF_MS } from '../../http/step-up.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { timeOut } from '../../schemas/common.ts';
import { totpCode, typedPassword } from '../../schemas/session.ts';

const route = endpoint({
  method: 'post',
  path: '/api/auth/step-up',
  tags: ['Sign-in'],
  summary: 'Prove again who you are, for sensitive actions of the next five minutes',
  'x-permission': 'view',
  request: {
    body: jsonBody(
      z.union([z.strictObject({ password: typedPassword }), z.strictObject({ code: totpCode })]),
    ),
  },
  responses: { 200: json('Until when it counts.', z.object({ freshUntil: timeOut })) },
});

/** Takes the second factor of those who have one, the password of the others. */
export const stepUp = newApp().openapi(route, async (c) => {
  const given: { password?: string; code?: string } = c.req.valid('json');
  const person = personOf(c);
  const credential = await findCredential(c.var.deps.db, person.id);
  if (!credential) throw notFound('person');
  const { code, password } = given;
  if (code === undefined && credential.two_factor_enabled) {
    throw new DomainError('second_factor_required', 'Send the code of your authenticator.');
  }
  const method =
    password === undefined
      ? await proveSecondFactor(c, credential, { code }, 'step_up')
      : await provePassword(c, credential, password);
  await refreshSession(c, person, method);
  const freshUntil = new Date(Date.now() + FRESH_PROOF_MS).toISOString();
  return c.json({ freshUntil }, 200);
});
