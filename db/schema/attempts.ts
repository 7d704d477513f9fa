import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';
import { payments } from './payments.ts';
import { submissionGroups } from './submission-groups.ts';
import { ATTEMPT_STATES } from '../../domain/attempt.ts';

/**
 * One generation of a payment's submission. The row, with its key and the hash of the exact request,
 * is committed before the provider is called; both never change afterwards.
 */
export const attempts = pgTable(
  'attempts',
  {
    paymentId: text('payment_id')
      .notNull()
      .references(() => payments.id),
    generation: integer('generation').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    requestHash: text('request_hash').notNull(),
    /** The exact request, encrypted, where a repetition could not write the same bytes again. */
    requestSealed: text('request_sealed'),
    /** The signed request that executes it together with others. */
    groupId: text('group_id').references(() => submissionGroups.id),
    status: text('status', { enum: ATTEMPT_STATES }).notNull(),
    sends: integer('sends').notNull().default(1),
    providerPaymentId: text('provider_payment_id'),
    providerCode: text('provider_code'),
    createdAt: createdAt(),
    lastSentAt: instant('last_sent_at').notNull().defaultNow(),
    answeredAt: instant('answered_at'),
    closedAt: instant('closed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.paymentId, table.generation] }),
    uniqueIndex('attempts_one_open')
      .on(table.paymentId)
      .where(sql`${table.status} in ('SENDING', 'DEFERRED', 'ACCEPTED', 'UNKNOWN')`),
    // For events that name a payment by the provider's own id alone.
    index('attempts_at_provider')
      .on(table.providerPaymentId)
      .where(sql`${table.groupId} is not null`),
    index('attempts_created').using('brin', table.createdAt),
    index('attempts_group')
      .on(table.groupId)
      .where(sql`${table.groupId} is not null`),
    check(
      'attempts_status',
      sql`${table.status} in ('SENDING', 'DEFERRED', 'ACCEPTED', 'UNKNOWN', 'SETTLED', 'FAILED')`,
    ),
    check(
      'attempts_key',
      sql`${table.idempotencyKey} = ${table.paymentId} || ':' || ${table.generation}`,
    ),
    check('attempts_generation', sql`${table.generation} between 1 and 9999`),
  ],
);
