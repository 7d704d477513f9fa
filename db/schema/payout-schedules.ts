import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { amountMinor, createdAt, currency, instant } from './columns.ts';
import { batches } from './batches.ts';
import { programmes } from './programmes.ts';

/** When batches of a programme are made by themselves. Days and times are those of its zone. */
export const payoutSchedules = pgTable(
  'payout_schedules',
  {
    id: text('id').primaryKey(),
    programmeId: text('programme_id')
      .notNull()
      .references(() => programmes.id),
    /** Pays those whose rule has this frequency, and those whose rules have none. */
    frequency: text('frequency', { enum: ['day', 'week', 'fortnight', 'month'] }).notNull(),
    /** 1 (Monday) to 7, for payees whose rule names no weekday. */
    weekday: smallint('weekday'),
    /** 1 to 31, for payees whose rule names no day. */
    monthDay: smallint('month_day'),
    /** A day in the first fortnight: every second week is counted from its week. */
    anchor: date('anchor', { mode: 'string' }),
    /** Local time of day, `09:00`. */
    timeOfDay: text('time_of_day').notNull(),
    zone: text('zone').notNull(),
    /** The holidays that it heeds besides weekends; none for weekends alone. */
    calendar: text('calendar'),
    /** Where a day is no business day: pay on the next, on the one before, or all the same. */
    shift: text('shift', { enum: ['next', 'previous', 'none'] }).notNull(),
    /** Local time after which the provider takes no more that day: what is made later is sent on the next business day. */
    cutoffTime: text('cutoff_time'),
    currency: currency(),
    provider: text('provider').notNull(),
    mode: text('mode', { enum: ['propose', 'run_below', 'run'] }).notNull(),
    /** For `run_below`: the largest total that runs without a person. */
    limitMinor: amountMinor('limit_minor'),
    overlap: text('overlap', { enum: ['skip', 'buffer_one', 'buffer_all'] })
      .notNull()
      .default('buffer_all'),
    /** Runs that were missed by less than so many hours are made up for. */
    catchupHours: integer('catchup_hours').notNull().default(168),
    /** Periods before this day are not its own. */
    startsOn: date('starts_on', { mode: 'string' }).notNull(),
    paused: boolean('paused').notNull().default(false),
    pausedReason: text('paused_reason'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    uniqueIndex('payout_schedules_one')
      .on(table.programmeId, table.frequency, table.currency, table.provider)
      .where(sql`${table.deletedAt} is null`),
    check(
      'payout_schedules_frequency',
      sql`${table.frequency} in ('day', 'week', 'fortnight', 'month')`,
    ),
    check(
      'payout_schedules_days',
      sql`coalesce(${table.weekday} between 1 and 7, true) and coalesce(${table.monthDay} between 1 and 31, true)`,
    ),
    check('payout_schedules_mode', sql`${table.mode} in ('propose', 'run_below', 'run')`),
    check(
      'payout_schedules_limit',
      sql`(${table.mode} = 'run_below') = (${table.limitMinor} is not null)`,
    ),
    check('payout_schedules_shift', sql`${table.shift} in ('next', 'previous', 'none')`),
    check('payout_schedules_paused', sql`${table.paused} = (${table.pausedReason} is not null)`),
  ],
);

/** What became of one period of a schedule; once for ever. */
export const scheduleRuns = pgTable(
  'schedule_runs',
  {
    scheduleId: text('schedule_id')
      .notNull()
      .references(() => payoutSchedules.id),
    /** `day/2026-11-21`, `week/2026-11-23`, `fortnight/2026-11-23` or `month/2026-11-30`: the nominal day. */
    period: text('period').notNull(),
    /** What was earned and had matured before then is paid. */
    cutoffAt: instant('cutoff_at').notNull(),
    outcome: text('outcome', { enum: ['batch', 'nothing_due'] }).notNull(),
    batchId: text('batch_id').references(() => batches.id),
    /** Payees left out, by code. */
    skipped: jsonb('skipped').$type<Record<string, number>>().notNull(),
    trigger: text('trigger', { enum: ['schedule', 'person', 'backfill'] }).notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.scheduleId, table.period] }),
    index('schedule_runs_batch').on(table.batchId),
    check(
      'schedule_runs_outcome',
      sql`(${table.outcome} = 'batch') = (${table.batchId} is not null)`,
    ),
  ],
);

/** Days on which a calendar's banks are closed, besides weekends. */
export const holidays = pgTable(
  'holidays',
  {
    calendar: text('calendar').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    name: text('name').notNull(),
  },
  (table) => [primaryKey({ columns: [table.calendar, table.day] })],
);
