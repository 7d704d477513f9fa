import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';
import { ROLES } from '../../domain/permissions.ts';

/** A person who signs in. Without a role they may do nothing; a frozen one cannot sign in. */
export const users = pgTable(
  'users',
  {
    id: text('id').primaryKey(),
    email: text('email').notNull(),
    name: text('name').notNull(),
    role: text('role', { enum: ROLES }),
    emailVerified: boolean('email_verified').notNull().default(false),
    image: text('image'),
    twoFactorEnabled: boolean('two_factor_enabled').notNull().default(false),
    /** Why nobody signs in as this person, and since when. */
    frozenAt: instant('frozen_at'),
    frozenReason: text('frozen_reason'),
    createdBy: text('created_by').notNull().default('system'),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('users_email').on(sql`lower(${table.email})`),
    check(
      'users_role',
      sql`${table.role} in ('viewer', 'operator', 'processor', 'manager', 'admin', 'super_admin')`,
    ),
    check('users_frozen', sql`(${table.frozenAt} is null) = (${table.frozenReason} is null)`),
  ],
);

/** Signed-in browsers and terminals. `token` is the SHA-256 of what the cookie carries. */
export const userSessions = pgTable(
  'user_sessions',
  {
    id: text('id').primaryKey(),
    token: text('token').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: instant('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    /** When the person last proved who they are, for what asks for a fresh proof. */
    authenticatedAt: instant('authenticated_at').notNull().defaultNow(),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('user_sessions_token').on(table.token),
    index('user_sessions_user').on(table.userId),
  ],
);

/** How a person proves who they are: a password, or an identity at a provider of sign-ins. */
export const userIdentities = pgTable(
  'user_identities',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: instant('access_token_expires_at'),
    refreshTokenExpiresAt: instant('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('user_identities_account').on(table.providerId, table.accountId),
    index('user_identities_user').on(table.userId),
  ],
);

/** Values that wait to be proved: the state of a sign-in elsewhere, a second factor under way. */
export const userVerifications = pgTable(
  'user_verifications',
  {
    id: text('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: instant('expires_at').notNull(),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [index('user_verifications_identifier').on(table.identifier)],
);

/** A person's second factor; secret and recovery codes are encrypted. */
export const userSecondFactors = pgTable(
  'user_second_factors',
  {
    id: text('id').primaryKey(),
    secret: text('secret').notNull(),
    backupCodes: text('backup_codes').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    verified: boolean('verified').notNull().default(true),
    failedVerificationCount: integer('failed_verification_count').notNull().default(0),
    lockedUntil: instant('locked_until'),
  },
  (table) => [index('user_second_factors_user').on(table.userId)],
);

/** Every grant and revocation of a role; append-only. */
export const roleChanges = pgTable(
  'role_changes',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    fromRole: text('from_role', { enum: ROLES }),
    toRole: text('to_role', { enum: ROLES }),
    reason: text('reason'),
    actor: text('actor').notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('role_changes_user').on(table.userId, table.createdAt)],
);
