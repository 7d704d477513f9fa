import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdAt, instant } from './columns.ts';
import { RISK_LEVELS, RISK_RULES } from '../../domain/risk/rule.ts';

/** Something suspicious that a rule found, why, and what became of it. */
export const riskEvents = pgTable(
  'risk_events',
  {
    id: text('id').primaryKey(),
    rule: text('rule', { enum: RISK_RULES }).notNull(),
    level: text('level', { enum: RISK_LEVELS }).notNull(),
    /** What was done about it at once, in a word: `logged`, `flagged`, `held`, `paused`, `frozen`. */
    action: text('action').notNull(),
    status: text('status', { enum: ['OPEN', 'RESOLVED'] })
      .notNull()
      .default('OPEN'),
    /** What it is about, unique among the open ones of its rule. */
    subject: text('subject').notNull(),
    /** Who did what made the rule speak; none where nobody did. */
    actor: text('actor'),
    payeeId: text('payee_id'),
    accountId: text('account_id'),
    paymentId: text('payment_id'),
    batchId: text('batch_id'),
    /** Why the rule spoke, as a sentence with its figures. */
    explanation: text('explanation').notNull(),
    evidence: jsonb('evidence').$type<Record<string, unknown>>().notNull(),
    owner: text('owner'),
    resolution: text('resolution', { enum: ['false_alarm', 'confirmed', 'accepted'] }),
    resolutionReason: text('resolution_reason'),
    resolvedBy: text('resolved_by'),
    createdAt: createdAt(),
    resolvedAt: instant('resolved_at'),
  },
  (table) => [
    uniqueIndex('risk_events_one_open')
      .on(table.rule, table.subject)
      .where(sql`${table.status} = 'OPEN'`),
    index('risk_events_newest').on(table.status, table.id),
    index('risk_events_batch')
      .on(table.batchId)
      .where(sql`${table.batchId} is not null`),
    index('risk_events_payee')
      .on(table.payeeId)
      .where(sql`${table.payeeId} is not null`),
    check('risk_events_level', sql`${table.level} in ('low', 'medium', 'high', 'critical')`),
    check('risk_events_status', sql`${table.status} in ('OPEN', 'RESOLVED')`),
    check(
      'risk_events_resolved',
      sql`(${table.status} = 'RESOLVED') = (${table.resolvedAt} is not null and ${table.resolution} is not null
        and ${table.resolutionReason} is not null and ${table.resolvedBy} is not null)`,
    ),
  ],
);
