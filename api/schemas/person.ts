import { z } from '@hono/zod-openapi';
import type { PersonRow, RoleChangeRow, SignInRow } from '../../db/queries/roles.ts';
import { ROLES } from '../../domain/permissions.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

const roleOrNull = z.enum(ROLES).nullable();

export const personOut = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: roleOrNull.meta({ description: 'Without one this person may do nothing.' }),
    frozenAt: timeOrNull,
    frozenReason: z.string().nullable(),
    secondFactor: z.boolean(),
    createdAt: timeOut,
    lastSignInAt: timeOrNull,
  })
  .meta({ id: 'Person' });

/** A person as role management shows them. */
export const toPerson = (row: PersonRow): z.infer<typeof personOut> => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  frozenAt: isoOrNull(row.frozen_at),
  frozenReason: row.frozen_reason,
  secondFactor: row.two_factor_enabled,
  createdAt: iso(row.created_at),
  lastSignInAt: isoOrNull(row.last_sign_in_at),
});

export const roleChangeOut = z
  .object({
    id: z.string(),
    from: roleOrNull,
    to: roleOrNull,
    reason: z.string().nullable(),
    actor: z.string(),
    createdAt: timeOut,
  })
  .meta({ id: 'RoleChange' });

export const toRoleChange = (row: RoleChangeRow): z.infer<typeof roleChangeOut> => ({
  id: row.id,
  from: row.from_role,
  to: row.to_role,
  reason: row.reason,
  actor: row.actor,
  createdAt: iso(row.created_at),
});

export const signInOut = z
  .object({
    id: z.int(),
    action: z.string(),
    status: z.string(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    createdAt: timeOut,
  })
  .meta({ id: 'SignIn' });

export const toSignIn = (row: SignInRow): z.infer<typeof signInOut> => ({
  id: row.id,
  action: row.action,
  status: row.status,
  ipAddress: row.ip_address,
  userAgent: row.user_agent,
  createdAt: iso(row.created_at),
});
