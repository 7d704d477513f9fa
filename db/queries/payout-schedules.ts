import { and, asc, eq, gt, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { isForeignKeyViolation } from '../errors.ts';
import { payoutSchedules } from '../schema/payout-schedules.ts';
import type { Actor } from './actor.ts';

export type ScheduleRow = typeof payoutSchedules.$inferSelect;

/** What a person says of a schedule once; the rest may be changed. */
export interface NewSchedule extends Required<ScheduleChange> {
  id: string;
  programmeId: string;
  frequency: ScheduleRow['frequency'];
  currency: string;
  provider: string;
}

/** What a person changes; what is left out stays. */
export interface ScheduleChange {
  weekday?: number | null | undefined;
  monthDay?: number | null | undefined;
  anchor?: string | null | undefined;
  timeOfDay?: string | undefined;
  zone?: string | undefined;
  calendar?: string | null | undefined;
  shift?: ScheduleRow['shift'] | undefined;
  cutoffTime?: string | null | undefined;
  mode?: ScheduleRow['mode'] | undefined;
  limitMinor?: bigint | null | undefined;
  overlap?: ScheduleRow['overlap'] | undefined;
  catchupHours?: number | undefined;
  startsOn?: string | undefined;
}

const idRow = z.object({ id: z.string() });

/** One schedule. Throws `not_found`, for a deleted one too. */
export async function findSchedule(db: Db, id: string): Promise<ScheduleRow> {
  const row = await readSchedule(db, id);
  if (row && row.deletedAt === null) return row;
  throw new DomainError('not_found', 'There is no such schedule; check the id.');
}

/** One schedule, deleted or not; null where there never was one. */
export async function readSchedule(db: Db, id: string): Promise<ScheduleRow | null> {
  const [row] = await db.orm
    .select()
    .from(payoutSchedules)
    .where(eq(payoutSchedules.id, id))
    .limit(1);
  return row ?? null;
}

/** Schedules that were not deleted, of all programmes or of one, in the order of their ids after `after`. */
export const listSchedules = (
  db: Db,
  {
    programmeId,
    after,
    limit,
  }: { programmeId?: string | undefined; after?: string | undefined; limit: number },
): Promise<ScheduleRow[]> =>
  db.orm
    .select()
    .from(payoutSchedules)
    .where(
      and(
        isNull(payoutSchedules.deletedAt),
        programmeId === undefined ? undefined : eq(payoutSchedules.programmeId, programmeId),
        after === undefined ? undefined : gt(payoutSchedules.id, after),
      ),
    )
    .orderBy(asc(payoutSchedules.id))
    .limit(limit);

const INSERTED = `id, programme_id, frequency, currency, provider, weekday, month_day, anchor, time_of_day,
  zone, calendar, shift, cutoff_time, mode, limit_minor, overlap, catchup_hours, starts_on, created_by`;

/**
 * Makes a schedule, with its audit row. Safe to repeat with the same id. Throws `validation_error` for a
 * programme that there is not, and `invalid_state` where one of that programme, frequency, currency and
 * provider stands already: two would pay the same periods.
 */
export async function createSchedule(
  db: Db,
  given: NewSchedule,
  actor: Actor,
): Promise<ScheduleRow> {
  try {
    await db.run(
      idRow,
      `with made as (
         insert into payout_schedules (${INSERTED})
         values ($1, $2, $3, $4, $5, $6::smallint, $7::smallint, $8::date, $9, $10, $11, $12, $13, $14,
           $15::bigint, $16, $17::int, $18::date, $19)
         on conflict do nothing returning id
       ),
       trail as (
         insert into audit_logs (action, status, actor, ip_address, user_agent, details)
         select 'schedule.created', 'SUCCESS', $19, $20, $21, jsonb_strip_nulls(jsonb_build_object('scheduleId', id,
           'programmeId', $2::text, 'frequency', $3::text, 'currency', $4::text, 'provider', $5::text,
           'timeOfDay', $9::text, 'zone', $10::text, 'mode', $14::text, 'limitAmount', $15::bigint))
         from made
       )
       select id from made`,
      [
        given.id,
        given.programmeId,
        given.frequency,
        given.currency,
        given.provider,
        given.weekday,
        given.monthDay,
        given.anchor,
        given.timeOfDay,
        given.zone,
        given.calendar,
        given.shift,
        given.cutoffTime,
        given.mode,
        given.limitMinor,
        given.overlap,
        given.catchupHours,
        given.startsOn,
        actor.id,
        actor.ipAddress,
        actor.userAgent,
      ],
    );
  } catch (error) {
    if (!isForeignKeyViolation(error, 'payout_schedules_programme_id_programmes_id_fk'))
      throw error;
    throw wrong('programmeId', 'is no programme that there is');
  }
  const row = await readSchedule(db, given.id);
  if (row) return row;
  throw new DomainError(
    'invalid_state',
    'The programme has a schedule of this frequency, currency and provider already; change or delete that one.',
  );
}

const wrong = (path: string, reason: string): DomainError =>
  new DomainError('validation_error', `The request is not valid: ${path}: ${reason}`, [
    { path, reason },
  ]);

/** A column that the JSON of a change may set. */
const changed = (column: string, field: string, type: string): string =>
  `${column} = case when c.change ? '${field}' then (c.change->>'${field}')::${type} else s.${column} end`;

const MODE_AFTER = "coalesce(c.change->>'mode', s.mode)";
const LIMIT_AFTER = "coalesce((c.change->>'limitMinor')::bigint, s.limit_minor)";

/** What the audit row of a change tells of a schedule. */
const shown = (row: string): string =>
  `jsonb_build_object('weekday', ${row}.weekday, 'monthDay', ${row}.month_day, 'anchor', ${row}.anchor,
    'timeOfDay', ${row}.time_of_day, 'zone', ${row}.zone, 'calendar', ${row}.calendar, 'shift', ${row}.shift,
    'cutoffTime', ${row}.cutoff_time, 'overlap', ${row}.overlap, 'catchupHours', ${row}.catchup_hours,
    'startsOn', ${row}.starts_on, 'mode', ${row}.mode, 'limitAmount', ${row}.limit_minor)`;

const shownPause = (row: string): string =>
  `jsonb_build_object('paused', ${row}.paused, 'pausedReason', ${row}.paused_reason)`;

/**
 * Changes a schedule, with its audit row; a mode without a limit drops the limit. Throws `not_found`, and
 * `validation_error` for a limit with a mode that has none, or the other way round.
 */
export async function updateSchedule(
  db: Db,
  id: string,
  change: ScheduleChange,
  actor: Actor,
): Promise<ScheduleRow> {
  const { limitMinor, ...rest } = change;
  const json = JSON.stringify({
    ...rest,
    ...(limitMinor !== undefined && { limitMinor: limitMinor === null ? null : `${limitMinor}` }),
  });
  const rows = await db.run(
    idRow,
    `with before as materialized (select * from payout_schedules where id = $1 for update),
     changed as (
       update payout_schedules s set
         ${changed('weekday', 'weekday', 'smallint')}, ${changed('month_day', 'monthDay', 'smallint')},
         ${changed('anchor', 'anchor', 'date')}, ${changed('time_of_day', 'timeOfDay', 'text')},
         ${changed('zone', 'zone', 'text')}, ${changed('calendar', 'calendar', 'text')},
         ${changed('shift', 'shift', 'text')}, ${changed('cutoff_time', 'cutoffTime', 'text')},
         ${changed('overlap', 'overlap', 'text')}, ${changed('catchup_hours', 'catchupHours', 'int')},
         ${changed('starts_on', 'startsOn', 'date')},
         mode = ${MODE_AFTER},
         limit_minor = case when ${MODE_AFTER} = 'run_below' then ${LIMIT_AFTER} end,
         updated_at = now()
       from (select $2::text::jsonb as change) c, before b
       where s.id = b.id and s.deleted_at is null
         and case when ${MODE_AFTER} = 'run_below' then ${LIMIT_AFTER} is not null
           else c.change->>'limitMinor' is null end
       returning s.id, audit_changes(${shown('b')}, ${shown('s')}) as changes
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'schedule.updated', 'SUCCESS', $3, $4, $5, jsonb_build_object('scheduleId', id) || changes
       from changed
     )
     select id from changed`,
    [id, json, actor.id, actor.ipAddress, actor.userAgent],
  );
  const row = await findSchedule(db, id);
  if (rows.length > 0) return row;
  throw wrong('limitAmount', 'goes with the mode run_below, which has one, and with no other');
}

/** Pauses a schedule (a reason) or resumes it (`paused` false), with its audit row; again is the same. Throws `not_found`. */
export async function pauseSchedule(
  db: Db,
  id: string,
  { paused, reason }: { paused: boolean; reason: string | null },
  actor: Actor,
): Promise<ScheduleRow> {
  await db.run(
    idRow,
    `with before as materialized (select * from payout_schedules where id = $1 for update),
     changed as (
       update payout_schedules s set paused = $2::bool,
         paused_reason = case when $2::bool then $3::text end, updated_at = now()
       from before b
       where s.id = b.id and s.deleted_at is null and s.paused <> $2::bool
       returning s.id, audit_changes(${shownPause('b')}, ${shownPause('s')}) as changes
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select case when $2::bool then 'schedule.paused' else 'schedule.resumed' end, 'SUCCESS', $4, $5, $6,
         jsonb_strip_nulls(jsonb_build_object('scheduleId', id, 'reason', $3::text)) || changes
       from changed
     )
     select id from changed`,
    [id, paused, reason, actor.id, actor.ipAddress, actor.userAgent],
  );
  return findSchedule(db, id);
}

/** Deletes a schedule: it runs no more, and what it made stays. With its audit row. Throws `not_found`. */
export async function deleteSchedule(db: Db, id: string, actor: Actor): Promise<ScheduleRow> {
  const row = await findSchedule(db, id);
  await db.run(
    idRow,
    `with gone as (
       update payout_schedules set deleted_at = now(), updated_at = now()
       where id = $1 and deleted_at is null returning payout_schedules.*
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'schedule.deleted', 'SUCCESS', $2, $3, $4,
         jsonb_build_object('scheduleId', g.id, 'before', ${shown('g')}, 'after', null)
       from gone g
     )
     select id from gone`,
    [id, actor.id, actor.ipAddress, actor.userAgent],
  );
  return row;
}
