import type { Client } from '@temporalio/client';
import type { Db } from '../db/client.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { Actor } from '../db/queries/actor.ts';
import { createBatch, NobodyPayable, type Excluded } from '../db/queries/create-batch.ts';
import type { BatchRequest } from '../db/queries/judged-payees.ts';
import type { ScheduleRow } from '../db/queries/payout-schedules.ts';
import {
  batchOfPeriod,
  recordRun,
  requestRun,
  type RunTrigger,
} from '../db/queries/schedule-runs.ts';
import { scheduleBatchId } from '../db/schedule-batch-id.ts';
import type { Holidays } from '../domain/calendar/business-days.ts';
import { isDue, type Period } from '../domain/calendar/periods.ts';
import { sendNotBefore } from '../domain/calendar/provider-cutoff.ts';
import type { Providers } from '../providers/port.ts';
import { calculateProgramme } from './calculate-programme.ts';
import { paymentLimits } from './payment-limits.ts';
import { startBatch } from './start-batch.ts';

/** What periods are paid with. */
export interface PayoutDeps {
  db: Db;
  providers: Providers;
  temporal: Client;
  /** Approvals that a batch needs where its schedule does not ask for one more. */
  approvalsRequired: number;
  /** The time, in milliseconds since 1970; that of this machine unless told. */
  now?: (() => number) | undefined;
}

/** One period of a schedule, and who wants it paid. */
export interface PeriodToPay {
  schedule: ScheduleRow;
  holidays: Holidays;
  period: Period;
  trigger: RunTrigger;
  actor: Actor;
}

/**
 * Pays a period: calculates what was earned by its cut-off, makes the batch of what had matured by then,
 * and has it executed as the mode of the schedule says; what a backfill makes is left for people to
 * execute. Answers the batch, or null where nobody was to be paid. There is one batch for a period for
 * ever: where one stands, by whichever schedule, it is the answer and is left as it is. Safe to repeat
 * after a crash anywhere.
 */
export async function payPeriod(deps: PayoutDeps, toPay: PeriodToPay): Promise<string | null> {
  const { db } = deps;
  const { schedule, period, trigger, actor } = toPay;
  const now = (deps.now ?? Date.now)();
  const cutoffAt = new Date(Math.min(period.cutoffAt, now));
  const ownId = scheduleBatchId(schedule.id, period.period, period.nominalDay);
  const { programmeId, provider, currency } = schedule;
  const key = { programmeId, provider, currency, period: period.period };
  const made =
    (await batchOfPeriod(db, key)) ??
    (await makeBatch(deps, toPay, { batchId: ownId, cutoffAt, now }));
  const batchId = typeof made === 'string' ? made : null;
  if (batchId === ownId && trigger !== 'backfill') {
    await requestRun(
      db,
      batchId,
      { approvals: deps.approvalsRequired, limitMinor: runsUpTo(schedule) },
      actor,
    );
    await startBatch(deps.temporal, batchId);
  }
  // Asked for before its cut-off, with nobody to pay yet: the period is not over.
  if (batchId === null && period.cutoffAt > now) return null;
  const skipped = typeof made === 'string' ? {} : made;
  await recordRun(db, {
    scheduleId: schedule.id,
    period: period.period,
    cutoffAt,
    batchId,
    skipped,
    trigger,
    actor,
  });
  return batchId;
}

/** The largest total that needs no person; null for none. */
function runsUpTo({ mode, limitMinor }: ScheduleRow): bigint | null {
  if (mode === 'run') return ANY_TOTAL;
  return mode === 'run_below' ? limitMinor : null;
}

const ANY_TOTAL = 9_223_372_036_854_775_807n;

/** The id of the batch, or by code how many payees were left out where nobody is to be paid. */
async function makeBatch(
  { db, providers, approvalsRequired }: PayoutDeps,
  { schedule, holidays, period, trigger, actor }: PeriodToPay,
  { batchId, cutoffAt, now }: { batchId: string; cutoffAt: Date; now: number },
): Promise<string | Record<string, number>> {
  const { programmeId, provider, currency } = schedule;
  // What is booked by it is there before the cut-off, so a refund until then is netted in this batch.
  await calculateProgramme(db, { programmeId, asOf: new Date(cutoffAt.getTime() - 1) });
  const request: BatchRequest = {
    programmeId,
    currency,
    provider,
    maturedBy: cutoffAt,
    isDue: (frequency) => isDue(frequency, schedule, period.nominalDay),
    limits: await paymentLimits(db, providers, provider, currency),
  };
  const sendAt = trigger === 'backfill' ? null : sendNotBefore(schedule, holidays, now);
  try {
    const made = await createBatch(db, {
      ...request,
      batchId,
      actor,
      scheduleId: schedule.id,
      period: period.period,
      note: `Schedule ${schedule.id}, ${period.period}`,
      requiredApprovals: Math.max(1, approvalsRequired),
      ...(sendAt !== null && { scheduledFor: new Date(sendAt) }),
    });
    return made.batchId;
  } catch (error) {
    const nobody = error instanceof NobodyPayable;
    if (!nobody && !isUniqueViolation(error)) throw error;
    // Another worker may have made the batch meanwhile, and claimed everything.
    const key = { programmeId, provider, currency, period: period.period };
    const standing = await batchOfPeriod(db, key);
    if (standing !== null) return standing;
    if (nobody) return countsOf(error.excluded);
    throw error;
  }
}

function countsOf(excluded: readonly Excluded[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of excluded) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
