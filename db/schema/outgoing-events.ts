import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';

/** Where a user wants events sent. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: text('id').primaryKey(),
    url: text('url').notNull(),
    description: text('description'),
    /** The types that it wants; an empty list is all. */
    eventTypes: jsonb('event_types').$type<string[]>().notNull(),
    status: text('status', { enum: ['ENABLED', 'DISABLED'] })
      .notNull()
      .default('ENABLED'),
    disabledReason: text('disabled_reason'),
    /** What its deliveries are signed with, encrypted and bound to this row. */
    secretSealed: text('secret_sealed').notNull(),
    /** The secret before the last rotation, which signs beside the new one for a while. */
    oldSecretSealed: text('old_secret_sealed'),
    oldSecretUntil: instant('old_secret_until'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    index('webhook_endpoints_enabled')
      .on(table.id)
      .where(sql`${table.status} = 'ENABLED' and ${table.deletedAt} is null`),
    check('webhook_endpoints_status', sql`${table.status} in ('ENABLED', 'DISABLED')`),
    check(
      'webhook_endpoints_disabled',
      sql`(${table.status} = 'DISABLED') = (${table.disabledReason} is not null)`,
    ),
  ],
);

/**
 * What has happened, for endpoints that want to know; written by the statement that made it happen.
 * `sequence` is the order of what concerns one payment, and of what ends a batch after its payments.
 */
export const outboxEvents = pgTable(
  'outbox_events',
  {
    sequence: bigint('sequence', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    id: text('id').notNull(),
    type: text('type').notNull(),
    batchId: text('batch_id'),
    paymentId: text('payment_id'),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex('outbox_events_id').on(table.id)],
);

/** An event on its way to one endpoint. */
export const eventDeliveries = pgTable(
  'event_deliveries',
  {
    endpointId: text('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id),
    sequence: bigint('sequence', { mode: 'number' })
      .notNull()
      .references(() => outboxEvents.sequence),
    /** Events of one lane reach an endpoint one after the other: those of a batch; any other is alone. */
    lane: text('lane').notNull(),
    status: text('status', { enum: ['PENDING', 'DELIVERED', 'GIVEN_UP'] })
      .notNull()
      .default('PENDING'),
    tries: integer('tries').notNull().default(0),
    /** Not before then. */
    dueAt: instant('due_at').notNull().defaultNow(),
    deliveredAt: instant('delivered_at'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.endpointId, table.sequence] }),
    index('event_deliveries_pending')
      .on(table.endpointId, table.lane, table.sequence)
      .where(sql`${table.status} = 'PENDING'`),
    check('event_deliveries_status', sql`${table.status} in ('PENDING', 'DELIVERED', 'GIVEN_UP')`),
    check(
      'event_deliveries_delivered',
      sql`(${table.status} = 'DELIVERED') = (${table.deliveredAt} is not null)`,
    ),
  ],
);

/** Every try to deliver, with what came of it. */
export const deliveryAttempts = pgTable(
  'delivery_attempts',
  {
    endpointId: text('endpoint_id').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    attempt: integer('attempt').notNull(),
    /** The HTTP status; none where there was no answer. */
    responseStatus: integer('response_status'),
    error: text('error'),
    durationMs: integer('duration_ms').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.endpointId, table.sequence, table.attempt] })],
);
