import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

const scheduleSchema = z.looseObject({
  id: text,
  programmeId: text,
  frequency: text,
  weekday: z.int().nullable(),
  monthDay: z.int().nullable(),
  currency: text,
  provider: text,
  timeOfDay: text,
  zone: text,
  calendar: orNull,
  shift: text,
  mode: text,
  limitAmount: z.int().nullable(),
  startsOn: text,
  paused: z.boolean(),
  pausedReason: orNull,
  nextRuns: z.array(z.looseObject({ period: text, runAt: text, cutoffAt: text })),
});
/** A payout schedule as the CLI reads it. */
export type Schedule = z.infer<typeof scheduleSchema>;
export const oneSchedule = z.looseObject({ schedule: scheduleSchema });
export const schedulePage = z.looseObject({
  schedules: z.array(scheduleSchema),
  nextCursor: orNull,
});

const runSchema = z.looseObject({
  period: text,
  outcome: text,
  batchId: orNull,
  batchStatus: orNull,
  totalAmount: z.int().nullable(),
  currency: orNull,
  paymentCount: z.int().nullable(),
  skipped: z.record(text, z.int()),
  trigger: text,
});
/** What became of a period. */
export type ScheduleRun = z.infer<typeof runSchema>;
export const runPage = z.looseObject({ runs: z.array(runSchema), nextCursor: orNull });

export const begunWorkflow = z.looseObject({ workflowId: text });
export const backfillAnswer = z.looseObject({
  backfill: z.looseObject({
    status: text,
    periods: z.int().nullable(),
    batches: z.int().nullable(),
    workflowId: text,
  }),
});
export type Backfill = z.infer<typeof backfillAnswer>['backfill'];
