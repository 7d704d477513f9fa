import { z } from '@hono/zod-openapi';
import { PERMISSIONS, ROLES } from '../../domain/permissions.ts';
import { text, timeOrNull } from './common.ts';

/** Who calls, and until when. */
export const sessionOut = z
  .object({
    kind: z.enum(['user', 'key', 'token']),
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    actor: z.string(),
    role: z.enum(ROLES),
    permissions: z.array(z.enum(PERMISSIONS)),
    sessionId: z.string().nullable(),
    secondFactor: z.boolean().nullable(),
    authenticatedAt: timeOrNull,
    freshUntil: timeOrNull.meta({ description: 'Until when sensitive actions need no new proof.' }),
    expiresAt: timeOrNull,
    idleSeconds: z.int().nullable().meta({ description: 'Without a call for so long it ends.' }),
  })
  .meta({ id: 'CallerSession' });

/** An e-mail address, in lower case. */
export const email = z
  .email()
  .max(254)
  .transform((address) => address.toLowerCase());

/** A password as it is typed at a sign-in; what a new one must be is judged apart. */
export const typedPassword = z.string().min(1).max(1_000);
export const newPassword = z
  .string()
  .min(1)
  .max(1_000)
  .meta({ description: '12 to 128 characters; not the e-mail address, the name or a common one.' });

/** Six digits of an authenticator. */
export const totpCode = z
  .string()
  .regex(/^\d{6}$/, 'must be six digits')
  .meta({ example: '123456' });
export const recoveryCode = text(40);
