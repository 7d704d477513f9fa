import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';

/**
 * The inbox: every authentic event, stored before it is answered, once per provider and event id.
 * `result` says what it did: `waiting` ones are applied again by `sweep`.
 */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    provider: text('provider').notNull(),
    eventId: text('event_id').notNull(),
    type: text('type').notNull(),
    reference: text('reference'),
    paymentId: text('payment_id'),
    /** The provider's own id of the payment, as the event tells it. */
    providerPaymentId: text('provider_payment_id'),
    /** The body as it came; encrypted where the provider's events carry account details. */
    payload: text('payload').notNull(),
    /** How often a person had it applied again. */
    replays: integer('replays').notNull().default(0),
    result: text('result', {
      enum: ['applied', 'waiting', 'ignored', 'contradiction', 'unmatched'],
    }).notNull(),
    receivedAt: createdAt(),
    appliedAt: instant('applied_at'),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.eventId] }),
    index('webhook_events_waiting')
      .on(table.receivedAt)
      .where(sql`${table.result} = 'waiting'`),
    index('webhook_events_payment').on(table.paymentId),
    check(
      'webhook_events_result',
      sql`${table.result} in ('applied', 'waiting', 'ignored', 'contradiction', 'unmatched')`,
    ),
  ],
);
