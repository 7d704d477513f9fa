import { sql } from 'drizzle-orm';
import { check, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';
import { PERMISSIONS, ROLES } from '../../domain/permissions.ts';

/** A machine's key: its secret is shown once and kept only as a SHA-256 of 256 random bits. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    prefix: text('prefix').notNull(),
    secretHash: text('secret_hash').notNull(),
    role: text('role', { enum: ROLES }).notNull(),
    /** The permissions of its role that it may use; all of them where there are none here. */
    scopes: text('scopes', { enum: PERMISSIONS }).array(),
    /** The networks it may be used from; all where there are none here. */
    cidrs: text('cidrs')
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** The person (`user:<id>`) whose rights it never exceeds; none for those of the installation. */
    owner: text('owner'),
    /** The key in whose place it came. */
    rotatedFrom: text('rotated_from'),
    frozenAt: instant('frozen_at'),
    frozenReason: text('frozen_reason'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [
    uniqueIndex('api_keys_secret').on(table.secretHash),
    check(
      'api_keys_role',
      sql`${table.role} in ('viewer', 'operator', 'processor', 'manager', 'admin', 'super_admin')`,
    ),
  ],
);
