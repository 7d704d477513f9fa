import { asc, eq, and } from 'drizzle-orm';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { noRow } from '../rows.ts';
import { allowLists } from '../schema/limits.ts';
import type { Actor } from './actor.ts';

export type AllowListRow = typeof allowLists.$inferSelect;

/** Whom or what a list is about. */
export interface AllowListTarget {
  scope: AllowListRow['scope'];
  /** A role, a key's id, or a permission. */
  subject: string;
}

/** All lists, by scope and subject. There is at most one for each role, key and permission. */
export const listAllowLists = (db: Db): Promise<AllowListRow[]> =>
  db.orm.select().from(allowLists).orderBy(asc(allowLists.scope), asc(allowLists.subject));

async function findAllowList(
  db: Db,
  { scope, subject }: AllowListTarget,
): Promise<AllowListRow | null> {
  const rows = await db.orm
    .select()
    .from(allowLists)
    .where(and(eq(allowLists.scope, scope), eq(allowLists.subject, subject)));
  return rows[0] ?? null;
}

export interface AllowListContent {
  id: string;
  cidrs: readonly string[];
  note: string | null;
}

/**
 * Sets the list of its target, with an audit row that holds it before and after; the same content again
 * changes nothing. Throws `not_found` for a key that there is not.
 */
export async function setAllowList(
  db: Db,
  target: AllowListTarget,
  { id, cidrs, note }: AllowListContent,
  actor: Actor,
): Promise<AllowListRow> {
  await db.run(
    noRow,
    `with before as (
       select cidrs, note from allow_lists where scope = $2 and subject = $3 for update
     ),
     written as (
       insert into allow_lists as l (id, scope, subject, cidrs, note, created_by, updated_by)
       select $1, $2, $3, $4::text[], $5::text, $6, $6
       from (select count(*) from before) read_first
       where $2 <> 'key' or exists (select 1 from api_keys where id = $3)
       on conflict (scope, subject) do update
         set cidrs = excluded.cidrs, note = excluded.note, updated_by = excluded.updated_by, updated_at = now()
         where (l.cidrs, l.note) is distinct from (excluded.cidrs, excluded.note)
       returning l.cidrs, l.note
     )
     insert into audit_logs (action, status, actor, ip_address, user_agent, details)
     select 'allow_list.changed', 'SUCCESS', $6, $7, $8, jsonb_build_object(
       'scope', $2::text, 'subject', $3::text,
       'before', (select to_jsonb(b) from before b), 'after', to_jsonb(w))
     from written w`,
    [id, target.scope, target.subject, cidrs, note, actor.id, actor.ipAddress, actor.userAgent],
  );
  const row = await findAllowList(db, target);
  if (row) return row;
  throw new DomainError('not_found', 'There is no such key; check the id.');
}

/** Deletes a list, so that it limits nobody; with its audit row. Throws `not_found`. */
export async function deleteAllowList(
  db: Db,
  target: AllowListTarget,
  actor: Actor,
): Promise<AllowListTarget> {
  const deleted = await db.run(
    z.object({ scope: z.string() }),
    `with deleted as (
       delete from allow_lists where scope = $1 and subject = $2 returning scope, cidrs, note
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'allow_list.changed', 'SUCCESS', $3, $4, $5, jsonb_build_object(
         'scope', $1::text, 'subject', $2::text,
         'before', jsonb_build_object('cidrs', cidrs, 'note', note), 'after', null)
       from deleted
     )
     select scope from deleted`,
    [target.scope, target.subject, actor.id, actor.ipAddress, actor.userAgent],
    // Told whether it was there, a statement that is sent again after a lost answer would say no.
    { repeatable: false },
  );
  if (deleted.length > 0) return target;
  throw new DomainError('not_found', 'There is no such list.');
}
