import { z } from '@hono/zod-openapi';
import type { ScheduleRow } from '../../db/queries/payout-schedules.ts';
import type { RunRow } from '../../db/queries/schedule-runs.ts';
import { SHIFTS } from '../../domain/calendar/business-days.ts';
import { isZone, TIME_OF_DAY } from '../../domain/calendar/local-time.ts';
import { SCHEDULE_FREQUENCIES, type Period } from '../../domain/calendar/periods.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { amountOut, currencyCode, iso, positiveAmount, providerName, timeOut } from './common.ts';

const timeOfDay = z
  .string()
  .regex(TIME_OF_DAY, 'must be a time of day like 09:00')
  .meta({ example: '09:00' });

export const calendarName = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,60}$/, 'must be 1 to 60 letters, digits, dots, dashes or underscores')
  .meta({ example: 'DE' });

/** What says once and for ever which periods a schedule has. */
export const scheduleKey = {
  frequency: z.enum(SCHEDULE_FREQUENCIES),
  currency: currencyCode,
};

/** What a person may change of a schedule. */
export const scheduleFields = {
  weekday: z.int().min(1).max(7).nullable().meta({
    description: '1 (Monday) to 7, for payees whose rule names none; week and fortnight only.',
  }),
  monthDay: z.int().min(1).max(31).nullable().meta({
    description:
      'For payees whose rule names none; month only. Shorter months pay on their last day.',
  }),
  anchor: z.iso.date().nullable().meta({
    description: 'A day in the first fortnight; fortnight only. The first day where none is given.',
  }),
  timeOfDay,
  zone: z
    .string()
    .max(60)
    .refine(isZone, 'must be the name of an IANA time zone, like Europe/Berlin')
    .meta({ example: 'Europe/Berlin' }),
  calendar: calendarName
    .nullable()
    .meta({ description: 'A holiday calendar, besides weekends.', example: 'DE' }),
  shift: z.enum(SHIFTS).meta({ description: 'Where a day is no business day.' }),
  cutoffTime: timeOfDay.nullable().meta({
    description: 'What is made later is sent on the next business day.',
    example: '16:00',
  }),
  mode: z.enum(['propose', 'run_below', 'run']).meta({
    description: 'propose: waits for an approval. run_below: runs by itself up to `limitAmount`.',
  }),
  limitAmount: positiveAmount.nullable(),
  overlap: z.enum(['skip', 'buffer_one', 'buffer_all']),
  catchupHours: z.int().min(2).max(8_760).meta({
    description: 'Runs that were missed by less are made up for.',
  }),
  startsOn: z.iso.date().meta({ description: 'Days before it are not its own.' }),
};

export const provider = providerName;

export const periodOut = z
  .object({
    period: z.string().meta({ example: 'week/2026-11-23' }),
    runAt: timeOut,
    cutoffAt: timeOut.meta({ description: 'What has matured before then is paid.' }),
  })
  .meta({ id: 'SchedulePeriod' });

export const scheduleOut = z
  .object({
    id: z.string(),
    programmeId: z.string(),
    frequency: z.enum(SCHEDULE_FREQUENCIES),
    currency: z.string(),
    provider: z.string(),
    weekday: z.int().nullable(),
    monthDay: z.int().nullable(),
    anchor: z.string().nullable(),
    timeOfDay: z.string(),
    zone: z.string(),
    calendar: z.string().nullable(),
    shift: z.string(),
    cutoffTime: z.string().nullable(),
    mode: z.string(),
    limitAmount: amountOut.nullable(),
    overlap: z.string(),
    catchupHours: z.int(),
    startsOn: z.string(),
    paused: z.boolean(),
    pausedReason: z.string().nullable(),
    createdBy: z.string(),
    createdAt: timeOut,
    updatedAt: timeOut,
    nextRuns: z
      .array(periodOut)
      .meta({ description: 'On days on which anybody could be paid; not before it is resumed.' }),
  })
  .meta({ id: 'PayoutSchedule' });

/** A schedule as answers show it. */
export const toSchedule = (
  { limitMinor, deletedAt: _deletedAt, createdAt, updatedAt, ...row }: ScheduleRow,
  next: readonly Period[],
): z.infer<typeof scheduleOut> => ({
  ...row,
  limitAmount: limitMinor === null ? null : toJsonAmount(limitMinor),
  createdAt: iso(createdAt),
  updatedAt: iso(updatedAt),
  nextRuns: next.map(({ period, runAt, cutoffAt }) => ({
    period,
    runAt: iso(new Date(runAt)),
    cutoffAt: iso(new Date(cutoffAt)),
  })),
});

export const runOut = z
  .object({
    period: z.string(),
    cutoffAt: timeOut,
    outcome: z.enum(['batch', 'nothing_due']),
    batchId: z.string().nullable(),
    batchStatus: z.string().nullable(),
    totalAmount: amountOut.nullable(),
    currency: z.string().nullable(),
    paymentCount: z.int().nullable(),
    skipped: z.record(z.string(), z.int()).meta({ description: 'Payees left out, by code.' }),
    trigger: z.enum(['schedule', 'person', 'backfill']),
    createdAt: timeOut,
  })
  .meta({ id: 'ScheduleRun' });

/** A run as answers show it. */
export const toRun = ({
  totalMinor,
  cutoffAt,
  createdAt,
  ...row
}: RunRow): z.infer<typeof runOut> => ({
  ...row,
  totalAmount: totalMinor === null ? null : toJsonAmount(totalMinor),
  cutoffAt: iso(cutoffAt),
  createdAt: iso(createdAt),
});

export const backfillOut = z
  .object({
    status: z.enum(['RUNNING', 'DONE', 'FAILED']),
    periods: z.int().nullable().meta({ description: 'Periods that it made; once it is done.' }),
    batches: z.int().nullable(),
    workflowId: z.string(),
  })
  .meta({ id: 'Backfill' });

/** The two days that a backfill is asked for with. */
export const spanFields = {
  from: z.iso.date().meta({ description: 'The first nominal day.', example: '2026-01-01' }),
  to: z.iso.date().meta({ description: 'The last one; today or before.', example: '2026-01-31' }),
};
