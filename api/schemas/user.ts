import { z } from '@hono/zod-openapi';
import type { PersonRow } from '../../db/queries/users.ts';
import { ROLES } from '../../domain/permissions.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

/** A person as administrators see them. */
export const userOut = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.enum(ROLES).nullable(),
    frozenAt: timeOrNull,
    frozenReason: z.string().nullable(),
    secondFactor: z.boolean(),
    hasPassword: z.boolean(),
    lastSeenAt: timeOrNull.meta({ description: 'In a session that has not ended.' }),
    createdBy: z.string(),
    createdAt: timeOut,
  })
  .meta({ id: 'User' });

/** An invitation; its token is shown this once. */
export const inviteOut = z.object({ token: z.string(), expiresAt: timeOut });

export const toUser = (row: PersonRow): z.infer<typeof userOut> => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  frozenAt: isoOrNull(row.frozen_at),
  frozenReason: row.frozen_reason,
  secondFactor: row.two_factor_enabled,
  hasPassword: row.has_password,
  lastSeenAt: isoOrNull(row.last_seen_at),
  createdBy: row.created_by,
  createdAt: iso(row.created_at),
});
