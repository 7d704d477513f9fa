import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { RISK_RULES } from '../../domain/risk/rule.ts';
import { createdAt } from './columns.ts';
import { payments } from './payments.ts';
import { riskEvents } from './risk-events.ts';

/** Which event holds a payment; once for each rule, so that what a person let pass is not held by it again. */
export const paymentRisks = pgTable(
  'payment_risks',
  {
    paymentId: text('payment_id')
      .notNull()
      .references(() => payments.id),
    rule: text('rule', { enum: RISK_RULES }).notNull(),
    eventId: text('event_id')
      .notNull()
      .references(() => riskEvents.id),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.paymentId, table.rule] }),
    index('payment_risks_event').on(table.eventId),
  ],
);
