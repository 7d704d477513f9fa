import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../client.ts';
import { instantColumn, onlyRow } from '../rows.ts';
import { reconciliations } from '../schema/reconciliations.ts';
import { inTransaction } from '../transaction.ts';

export type ReconciliationRow = typeof reconciliations.$inferSelect;

/** Two requests at once must find one run. */
const OPENING_LOCK = 4_770_811;
const DEADLINE_MS = 10_000;

/** Which run to begin or to join. `id` is used where none is under way. */
export interface RunRequest {
  id: string;
  provider: string;
  day: string;
  requestedBy: string;
}

/**
 * The run of a provider's day that is under way, or a new one; answers its id. A run of another day
 * whose workflow must have ended long ago is given up on the way. Safe to repeat.
 */
export const openReconciliation = (db: Db, request: RunRequest): Promise<string> =>
  inTransaction(db, DEADLINE_MS, async (tx) => {
    await tx.run(z.unknown(), `select pg_advisory_xact_lock(${OPENING_LOCK})`);
    const rows = await tx.run(
      z.object({ id: z.string() }),
      `with given_up as (
         update reconciliations set status = 'FAILED', failure = 'Its workflow ended before it was done.', finished_at = now()
         where provider = $2 and status = 'RUNNING' and day <> $3::date and created_at < now() - interval '2 days'
       ),
       running as (
         select id from reconciliations where provider = $2 and day = $3::date and status = 'RUNNING'
         order by id limit 1
       ),
       made as (
         insert into reconciliations (id, provider, day, requested_by)
         select $1, $2, $3::date, $4 where not exists (select 1 from running)
         on conflict (id) do nothing returning id
       )
       select id from running union all select id from made union all
       select id from reconciliations where id = $1 limit 1`,
      [request.id, request.provider, request.day, request.requestedBy],
    );
    return onlyRow(rows).id;
  });

/** The run of a provider's day that is under way; null where there is none. */
export async function findRunning(db: Db, provider: string, day: string): Promise<string | null> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    "select id from reconciliations where provider = $1 and day = $2::date and status = 'RUNNING' order by id limit 1",
    [provider, day],
  );
  return rows[0]?.id ?? null;
}

const runRow = z.object({
  id: z.string(),
  provider: z.string(),
  day: z.string(),
  status: z.enum(['RUNNING', 'DONE', 'FAILED']),
  created_at: instantColumn,
});

/** One run as the activities need it; null where it is not there. */
export async function readRun(db: Db, id: string) {
  const rows = await db.run(
    runRow,
    'select id, provider, day::text as day, status, created_at from reconciliations where id = $1',
    [id],
  );
  return rows[0] ?? null;
}

/** Counts of a finished run, and all else that its report says. */
export interface RunResult {
  matched: number;
  missingThere: number;
  missingHere: number;
  amountDiffers: number;
  statusDiffers: number;
  /** Whether anything differs that a person must look at. */
  clean: boolean;
  report: Record<string, unknown>;
}

/** Ends a run with its result, its audit row with it. Changes nothing where it has ended. */
export const finishRun = (db: Db, id: string, result: RunResult): Promise<unknown> =>
  db.run(
    z.unknown(),
    `with done as (
       update reconciliations set status = 'DONE', finished_at = now(), matched = $2, missing_there = $3,
         missing_here = $4, amount_differs = $5, status_differs = $6, report = $7::text::jsonb
       where id = $1 and status = 'RUNNING'
       returning id, provider, day
     )
     insert into audit_logs (action, status, actor, details)
     select 'reconciliation.finished', $8, 'system',
       jsonb_build_object('reconciliationId', id, 'provider', provider, 'day', day, 'matched', $2::int,
         'missingThere', $3::int, 'missingHere', $4::int, 'amountDiffers', $5::int, 'statusDiffers', $6::int)
     from done`,
    [
      id,
      result.matched,
      result.missingThere,
      result.missingHere,
      result.amountDiffers,
      result.statusDiffers,
      JSON.stringify(result.report),
      result.clean ? 'SUCCESS' : 'WARNING',
    ],
  );

/** Ends a run that could not be done, with the reason in a sentence. */
export const failRun = (db: Db, id: string, failure: string): Promise<unknown> =>
  db.run(
    z.unknown(),
    `with failed as (
       update reconciliations set status = 'FAILED', failure = $2, finished_at = now()
       where id = $1 and status = 'RUNNING' returning id, provider, day
     )
     insert into audit_logs (action, status, actor, details)
     select 'reconciliation.finished', 'FAILURE', 'system',
       jsonb_build_object('reconciliationId', id, 'provider', provider, 'day', day, 'failure', $2::text)
     from failed`,
    [id, failure],
  );

/** Runs, newest first, before id `before`. */
export const listRuns = (
  db: Db,
  filter: {
    provider?: string | undefined;
    day?: string | undefined;
    before?: string | undefined;
    limit: number;
  },
): Promise<ReconciliationRow[]> =>
  db.orm
    .select()
    .from(reconciliations)
    .where(
      and(
        filter.provider ? eq(reconciliations.provider, filter.provider) : undefined,
        filter.day ? eq(reconciliations.day, filter.day) : undefined,
        filter.before ? lt(reconciliations.id, filter.before) : undefined,
      ),
    )
    .orderBy(desc(reconciliations.id))
    .limit(filter.limit);

/** One run with its report; null where it is not there. */
export async function findRun(db: Db, id: string): Promise<ReconciliationRow | null> {
  const rows = await db.orm.select().from(reconciliations).where(eq(reconciliations.id, id));
  return rows[0] ?? null;
}

/** When the last finished run of any provider ended; null where none has. */
export async function lastRunAt(db: Db): Promise<Date | null> {
  const rows = await db.orm
    .select({
      at: sql<Date | null>`max(${reconciliations.finishedAt})`.mapWith(reconciliations.finishedAt),
    })
    .from(reconciliations)
    .where(eq(reconciliations.status, 'DONE'));
  return rows[0]?.at ?? null;
}
