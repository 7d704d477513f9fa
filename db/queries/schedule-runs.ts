import { and, desc, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import type { BatchState } from '../../domain/batch.ts';
import type { Db } from '../client.ts';
import { batches } from '../schema/batches.ts';
import { scheduleRuns } from '../schema/payout-schedules.ts';
import { inTransaction } from '../transaction.ts';
import type { Actor } from './actor.ts';
import { assessIn } from './assess-batch.ts';

const REQUEST_MS = 60_000;

export type RunTrigger = 'schedule' | 'person' | 'backfill';

const periodRow = z.object({ period: z.string() });

/** Those of these periods that the schedule has done. */
export async function periodsDone(
  db: Db,
  scheduleId: string,
  periods: readonly string[],
): Promise<ReadonlySet<string>> {
  if (periods.length === 0) return new Set();
  const rows = await db.run(
    periodRow,
    'select period from schedule_runs where schedule_id = $1 and period = any($2::text[])',
    [scheduleId, periods],
  );
  return new Set(rows.map(({ period }) => period));
}

/** What names a period for ever, whichever schedule it is of. */
export interface PeriodKey {
  programmeId: string;
  provider: string;
  currency: string;
  period: string;
}

/** The one batch of a period; null where there is none. */
export async function batchOfPeriod(db: Db, key: PeriodKey): Promise<string | null> {
  const [row] = await db.orm
    .select({ id: batches.id })
    .from(batches)
    .where(
      and(
        eq(batches.programmeId, key.programmeId),
        eq(batches.provider, key.provider),
        eq(batches.currency, key.currency),
        eq(batches.period, key.period),
      ),
    )
    .limit(1);
  return row?.id ?? null;
}

/**
 * Has a batch of a schedule executed once it is approved and its time has come. Where it comes to at most
 * `limitMinor` it needs no more than `approvals` for being what it is, else as many as it was made with; what
 * rules and the policy ask for stays. Does nothing to a
 * batch whose execution was asked for, or that is not PENDING. Safe to repeat.
 */
export async function requestRun(
  db: Db,
  batchId: string,
  run: { approvals: number; limitMinor: bigint | null },
  actor: Actor,
): Promise<void> {
  await inTransaction(db, REQUEST_MS, async (tx) => {
    const asked = await tx.run(
      z.object({ id: z.string() }),
      `with asked as (
       update batches set execute_requested_at = now(),
         required_approvals = case when total_minor <= $2::bigint then least(required_approvals, $3::int)
           else required_approvals end
       where id = $1 and status = 'PENDING' and deleted_at is null and cancel_requested_at is null
         and execute_requested_at is null
       returning id, required_approvals
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, actor, ip_address, user_agent, details)
       select 'batch.execution_requested', 'INFO', id, $4, $5, $6,
         jsonb_build_object('approvalsRequired', required_approvals)
       from asked
     )
     select id from asked`,
      [batchId, run.limitMinor, run.approvals, actor.id, actor.ipAddress, actor.userAgent],
    );
    if (asked.length > 0) await assessIn(tx, batchId);
  });
}

export interface NewRun {
  scheduleId: string;
  period: string;
  cutoffAt: Date;
  /** None where nobody was to be paid. */
  batchId: string | null;
  /** Payees left out, by code; a batch knows its own. */
  skipped: Readonly<Record<string, number>>;
  trigger: RunTrigger;
  actor: Actor;
}

/** Writes what became of a period, with its audit row; the first word holds for ever. Safe to repeat. */
export async function recordRun(db: Db, run: NewRun): Promise<void> {
  await db.run(
    periodRow,
    `with made as (
       insert into schedule_runs (schedule_id, period, cutoff_at, outcome, batch_id, skipped, trigger)
       select $1, $2, $3::timestamptz, case when $4::text is null then 'nothing_due' else 'batch' end, $4,
         coalesce((select skipped from batches where id = $4), $5::text::jsonb), $6
       on conflict do nothing
       returning period, outcome
     ),
     trail as (
       insert into audit_logs (action, status, batch_id, actor, ip_address, user_agent, details)
       select 'schedule.ran', 'SUCCESS', $4, $7, $8, $9, jsonb_build_object('scheduleId', $1::text,
         'period', period, 'outcome', outcome, 'trigger', $6::text)
       from made
     )
     select period from made`,
    [
      run.scheduleId,
      run.period,
      run.cutoffAt.toISOString(),
      run.batchId,
      JSON.stringify(run.skipped),
      run.trigger,
      run.actor.id,
      run.actor.ipAddress,
      run.actor.userAgent,
    ],
  );
}

export interface RunRow {
  period: string;
  cutoffAt: Date;
  outcome: 'batch' | 'nothing_due';
  batchId: string | null;
  batchStatus: BatchState | null;
  totalMinor: bigint | null;
  currency: string | null;
  paymentCount: number | null;
  skipped: Record<string, number>;
  trigger: RunTrigger;
  createdAt: Date;
}

/** Runs of a schedule, the latest period first, before the period `before`. */
export const listScheduleRuns = (
  db: Db,
  { scheduleId, before, limit }: { scheduleId: string; before: string | undefined; limit: number },
): Promise<RunRow[]> =>
  db.orm
    .select({
      period: scheduleRuns.period,
      cutoffAt: scheduleRuns.cutoffAt,
      outcome: scheduleRuns.outcome,
      batchId: scheduleRuns.batchId,
      batchStatus: batches.status,
      totalMinor: batches.totalMinor,
      currency: batches.currency,
      paymentCount: batches.paymentCount,
      skipped: scheduleRuns.skipped,
      trigger: scheduleRuns.trigger,
      createdAt: scheduleRuns.createdAt,
    })
    .from(scheduleRuns)
    .leftJoin(batches, eq(batches.id, scheduleRuns.batchId))
    .where(
      and(
        eq(scheduleRuns.scheduleId, scheduleId),
        before === undefined ? undefined : lt(scheduleRuns.period, before),
      ),
    )
    .orderBy(desc(scheduleRuns.period))
    .limit(limit);
