import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';
import { payees } from './payees.ts';

export const MAIL_EVENTS = ['scheduled', 'paid', 'failed', 'action_needed'] as const;
export const MAIL_LANGUAGES = ['en', 'de'] as const;

/** Whether payees are written to; one row, set by the worker as it is configured. */
export const mailSettings = pgTable(
  'mail_settings',
  {
    only: boolean('only').primaryKey().default(true),
    enabled: boolean('enabled').notNull(),
  },
  (table) => [check('mail_settings_only', sql`${table.only}`)],
);

/** A mail to a payee about one event; written with the event, sent once. */
export const payeeMails = pgTable(
  'payee_mails',
  {
    id: text('id').primaryKey(),
    payeeId: text('payee_id')
      .notNull()
      .references(() => payees.id),
    event: text('event', { enum: MAIL_EVENTS }).notNull(),
    /** What it is about: a payment, with its generation where it may happen again. */
    subject: text('subject').notNull(),
    paymentId: text('payment_id'),
    batchId: text('batch_id'),
    /** What the template needs besides the payee: amounts in minor units as text, codes. */
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    status: text('status', { enum: ['PENDING', 'SENDING', 'SENT', 'FAILED', 'UNKNOWN'] })
      .notNull()
      .default('PENDING'),
    tries: integer('tries').notNull().default(0),
    dueAt: instant('due_at').notNull().defaultNow(),
    error: text('error'),
    createdAt: createdAt(),
    sentAt: instant('sent_at'),
  },
  (table) => [
    unique('payee_mails_once').on(table.event, table.subject),
    index('payee_mails_payee').on(table.payeeId, table.id),
    index('payee_mails_due')
      .on(table.dueAt)
      .where(sql`${table.status} in ('PENDING', 'SENDING')`),
    check(
      'payee_mails_status',
      sql`${table.status} in ('PENDING', 'SENDING', 'SENT', 'FAILED', 'UNKNOWN')`,
    ),
    check(
      'payee_mails_event',
      sql`${table.event} in ('scheduled', 'paid', 'failed', 'action_needed')`,
    ),
  ],
);
