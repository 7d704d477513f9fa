import { sql } from 'drizzle-orm';
import { check, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';
import { payments } from './payments.ts';
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
