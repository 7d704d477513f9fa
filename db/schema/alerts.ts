import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { ALERT_SEVERITIES, ALERT_STATES, MEASURES } from '../../domain/alerts/measures.ts';
import { NOTICE_WORDS } from '../../domain/alerts/words.ts';
import { createdAt, instant } from './columns.ts';

/** What is watched, from when on somebody is told, and how. */
export const alertRules = pgTable(
  'alert_rules',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    /** What is measured; `domain/alerts/measures.ts` lists them. */
    measure: text('measure', { enum: MEASURES }).notNull(),
    /** Of one provider alone, one currency alone; null for each of them by itself. */
    provider: text('provider'),
    currency: text('currency'),
    /** It fires at this value and beyond; below for what must not fall short. */
    threshold: doublePrecision('threshold').notNull(),
    /** The time that the measure looks back on, where it does. */
    windowMinutes: integer('window_minutes').notNull(),
    /** It must hold so long before it fires. */
    forMinutes: integer('for_minutes').notNull().default(0),
    severity: text('severity', { enum: ALERT_SEVERITIES }).notNull(),
    channels: jsonb('channels').$type<string[]>().notNull(),
    /** Told again after so long while it lasts and nobody has acknowledged it; null for once. */
    repeatMinutes: integer('repeat_minutes'),
    enabled: boolean('enabled').notNull().default(true),
    updatedBy: text('updated_by').notNull(),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
    /** When a process last took it to be looked at, which happens once in an interval over all of them. */
    lookedAt: instant('looked_at'),
    /** Its alerts stay, so the row does. */
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    uniqueIndex('alert_rules_name')
      .on(table.name)
      .where(sql`${table.deletedAt} is null`),
    check('alert_rules_severity', sql`${table.severity} in ('info', 'warning', 'critical')`),
    check('alert_rules_window', sql`${table.windowMinutes} between 1 and 10080`),
    check('alert_rules_for', sql`${table.forMinutes} between 0 and 1440`),
  ],
);

/** A rule that holds, or did, for one subject: at most one open alert of each. */
export const alerts = pgTable(
  'alerts',
  {
    id: text('id').primaryKey(),
    ruleId: text('rule_id')
      .notNull()
      .references(() => alertRules.id),
    /** What it is about: a provider, `provider/currency`, a batch, or empty for the whole. */
    subject: text('subject').notNull(),
    severity: text('severity', { enum: ALERT_SEVERITIES }).notNull(),
    status: text('status', { enum: ALERT_STATES }).notNull(),
    value: doublePrecision('value').notNull(),
    summary: text('summary').notNull(),
    since: instant('since').notNull().defaultNow(),
    firedAt: instant('fired_at'),
    notifiedAt: instant('notified_at'),
    seenAt: instant('seen_at').notNull().defaultNow(),
    acknowledgedBy: text('acknowledged_by'),
    acknowledgedAt: instant('acknowledged_at'),
    note: text('note'),
    resolvedAt: instant('resolved_at'),
  },
  (table) => [
    uniqueIndex('alerts_one_open')
      .on(table.ruleId, table.subject)
      .where(sql`${table.status} <> 'RESOLVED'`),
    index('alerts_since').on(table.since),
    check('alerts_status', sql`${table.status} in ('PENDING', 'FIRING', 'RESOLVED')`),
    check(
      'alerts_resolved',
      sql`(${table.status} = 'RESOLVED') = (${table.resolvedAt} is not null)`,
    ),
  ],
);

/** A notice of an alert on its way through one channel. */
export const alertNotices = pgTable(
  'alert_notices',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    alertId: text('alert_id')
      .notNull()
      .references(() => alerts.id),
    channel: text('channel').notNull(),
    word: text('word', { enum: NOTICE_WORDS }).notNull(),
    status: text('status', { enum: ['PENDING', 'SENT', 'GIVEN_UP'] })
      .notNull()
      .default('PENDING'),
    tries: integer('tries').notNull().default(0),
    /** Not before then: the wait after a try, or how long a process has to tell what came of one. */
    dueAt: instant('due_at').notNull().defaultNow(),
    error: text('error'),
    createdAt: createdAt(),
    sentAt: instant('sent_at'),
  },
  (table) => [
    index('alert_notices_pending')
      .on(table.dueAt)
      .where(sql`${table.status} = 'PENDING'`),
    index('alert_notices_alert').on(table.alertId),
  ],
);
