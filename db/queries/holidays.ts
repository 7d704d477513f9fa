import { asc, count, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { holidays } from '../schema/payout-schedules.ts';
import type { Actor } from './actor.ts';

/** A day on which the banks of a calendar are closed. */
export interface Holiday {
  day: string;
  name: string;
}

/** The holidays of a calendar in order; none for one that nobody has stored. */
export const listHolidays = (db: Db, calendar: string): Promise<Holiday[]> =>
  db.orm
    .select({ day: holidays.day, name: holidays.name })
    .from(holidays)
    .where(eq(holidays.calendar, calendar))
    .orderBy(asc(holidays.day));

/** The calendars that are stored, by name, each with how many days it has and the last of them. */
export const listCalendars = (db: Db): Promise<{ name: string; days: number; lastDay: string }[]> =>
  db.orm
    .select({
      name: holidays.calendar,
      days: count(),
      lastDay: sql<string>`max(${holidays.day})::text`,
    })
    .from(holidays)
    .groupBy(holidays.calendar)
    .orderBy(asc(holidays.calendar));

/** The days of a calendar; those of no calendar are none. */
export async function holidaySet(db: Db, calendar: string | null): Promise<ReadonlySet<string>> {
  const days = calendar === null ? [] : await listHolidays(db, calendar);
  return new Set(days.map(({ day }) => day));
}

/** Stores a calendar as it is given, in place of what it held, with its audit row. */
export async function storeHolidays(
  db: Db,
  calendar: string,
  days: readonly Holiday[],
  actor: Actor,
): Promise<void> {
  const rows = await db.run(
    z.object({ kept: countColumn }),
    `with given as (
       select * from unnest($2::date[], $3::text[]) as i (day, name)
     ),
     gone as (
       delete from holidays where calendar = $1 and day not in (select day from given)
     ),
     kept as (
       insert into holidays (calendar, day, name) select $1, day, name from given
       on conflict (calendar, day) do update set name = excluded.name
       returning day
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'holidays.stored', 'SUCCESS', $4, $5, $6,
         jsonb_build_object('calendar', $1::text, 'days', (select count(*) from kept)) || audit_changes(
           coalesce((select jsonb_object_agg(day, name) from holidays where calendar = $1), '{}'),
           coalesce((select jsonb_object_agg(day, name) from given), '{}'))
     )
     select count(*) as kept from kept`,
    [
      calendar,
      days.map(({ day }) => day),
      days.map(({ name }) => name),
      actor.id,
      actor.ipAddress,
      actor.userAgent,
    ],
  );
  onlyRow(rows);
}
