import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';

export const HOLD_SUBJECTS = ['payee', 'commission', 'payment'] as const;
export const HOLD_KINDS = ['manual', 'risk', 'payment_failed'] as const;

/** A reason not to pay a payee, a commission or a payment, until it is released or has expired. */
export const holds = pgTable(
  'holds',
  {
    id: text('id').primaryKey(),
    subjectKind: text('subject_kind', { enum: HOLD_SUBJECTS }).notNull(),
    subjectId: text('subject_id').notNull(),
    /** `payment_failed` is put by the failure itself and ends when the account's details change. */
    kind: text('kind', { enum: HOLD_KINDS }).notNull(),
    reason: text('reason').notNull(),
    /** Who sees to it. */
    owner: text('owner').notNull(),
    /** For `payment_failed`: the account whose details must change. */
    accountId: text('account_id'),
    expiresAt: instant('expires_at'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    releasedAt: instant('released_at'),
    releasedBy: text('released_by'),
    releaseReason: text('release_reason'),
  },
  (table) => [
    index('holds_subject').on(table.subjectKind, table.subjectId),
    index('holds_expiring')
      .on(table.expiresAt)
      .where(sql`${table.releasedAt} is null and ${table.expiresAt} is not null`),
    uniqueIndex('holds_one_failed')
      .on(table.accountId)
      .where(sql`${table.kind} = 'payment_failed' and ${table.releasedAt} is null`),
    check('holds_subject_kind', sql`${table.subjectKind} in ('payee', 'commission', 'payment')`),
    check('holds_kind', sql`${table.kind} in ('manual', 'risk', 'payment_failed')`),
    check(
      'holds_released',
      sql`(${table.releasedAt} is null) = (${table.releasedBy} is null)
        and (${table.releasedAt} is null) = (${table.releaseReason} is null)`,
    ),
  ],
);
