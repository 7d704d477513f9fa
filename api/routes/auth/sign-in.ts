import { z } from '@hono/zod-openapi';
import { signInByPassword, signInBySecondFactor } from '../../auth/sign-in.ts';
import { refuseForeignOrigin } from '../../http/csrf.ts';
import { endpoint, json, jsonBody, newApp, refusal } from '../../http/endpoint.ts';
import { email, recoveryCode, totpCode, typedPassword } from '../../schemas/session.ts';

const done = json('Signed in: the cookie is the session.', z.object({ success: z.literal(true) }));
const refused = {
  200: done,
  401: refusal('Wrong, or `second_factor_required` after a right password.'),
  403: refusal('Frozen, without a role, or from a page of another origin.'),
};

const byPassword = endpoint({
  method: 'post',
  path: '/api/auth/sign-in',
  tags: ['Sign-in'],
  summary: 'Sign in with e-mail address and password',
  'x-permission': 'public',
  request: { body: jsonBody(z.strictObject({ email, password: typedPassword })) },
  responses: refused,
});

/** Signs in, or asks for the second factor. */
export const signIn = newApp().openapi(byPassword, async (c) => {
  refuseForeignOrigin(c);
  await signInByPassword(c, c.req.valid('json'));
  return c.json({ success: true as const }, 200);
});

const bySecondFactor = endpoint({
  method: 'post',
  path: '/api/auth/sign-in/second-factor',
  tags: ['Sign-in'],
  summary: 'Go on with the code of an authenticator, or a recovery code',
  'x-permission': 'public',
  request: {
    body: jsonBody(z.union([z.strictObject({ code: totpCode }), z.strictObject({ recoveryCode })])),
  },
  responses: refused,
});

/** The second step of a sign-in. */
export const signInSecondFactor = newApp().openapi(bySecondFactor, async (c) => {
  refuseForeignOrigin(c);
  await signInBySecondFactor(c, c.req.valid('json'));
  return c.json({ success: true as const }, 200);
});
