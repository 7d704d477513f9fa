import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { SAVED_VIEWS_MAX, type ViewSearch } from '../../domain/saved-view.ts';
import type { Db } from '../client.ts';
import { isUniqueViolation } from '../errors.ts';
import { instantColumn } from '../rows.ts';
import type { Actor } from './actor.ts';

const viewRow = z.object({
  id: z.string(),
  owner: z.string(),
  screen: z.string(),
  name: z.string(),
  search: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  shared: z.boolean(),
  created_at: instantColumn,
  updated_at: instantColumn,
});
export type SavedViewRow = z.infer<typeof viewRow>;

const COLUMNS = 'id, owner, screen, name, search, shared, created_at, updated_at';

export interface ViewPage {
  /** Whose own ones are listed beside those that are shared. */
  owner: string;
  screen?: string | undefined;
  /** The name and id of the last one of the page before. */
  after?: readonly [name: string, id: string] | undefined;
  limit: number;
}

/** Views that a caller may look at, by name. */
export const listSavedViews = (
  db: Db,
  { owner, screen, after, limit }: ViewPage,
): Promise<SavedViewRow[]> =>
  db.run(
    viewRow,
    `select ${COLUMNS} from saved_views
     where (owner = $1 or shared) and ($2::text is null or screen = $2)
       and ($3::text is null or (name, id) > ($3, $4))
     order by name, id limit $5`,
    [owner, screen ?? null, after?.[0] ?? null, after?.[1] ?? null, limit],
  );

/** A view that the caller may look at. Throws `not_found` for any other. */
export async function findSavedView(db: Db, id: string, owner: string): Promise<SavedViewRow> {
  const [row] = await db.run(
    viewRow,
    `select ${COLUMNS} from saved_views where id = $1 and (owner = $2 or shared)`,
    [id, owner],
  );
  if (row) return row;
  throw new DomainError('not_found', 'There is no such view; check the id.');
}

export interface ViewContent {
  screen: string;
  name: string;
  search: ViewSearch;
  shared: boolean;
}

const idRow = z.object({ id: z.string() });

/** An audit row of what a statement did to the rows of `from`; $2 to $4 are who did it. */
const trail = (action: string, details: string, from: string): string => `
  trail as (
    insert into audit_logs (action, status, actor, ip_address, user_agent, details)
    select '${action}', 'SUCCESS', $2, $3, $4, jsonb_build_object('viewId', id, ${details}) from ${from}
  )`;

/** What an audit row says of a view. */
const told = (row: string): string =>
  `jsonb_build_object('screen', ${row}.screen, 'name', ${row}.name, 'shared', ${row}.shared, 'search', ${row}.search)`;

const whoOf = (actor: Actor): unknown[] => [actor.id, actor.ipAddress, actor.userAgent];

/**
 * Keeps a view of the actor's own. Safe to repeat. Calls at the same moment may go over the most that
 * one may keep by as many as they are. Throws `view_exists`, or `invalid_state` where there are too many.
 */
export async function createSavedView(
  db: Db,
  id: string,
  { screen, name, search, shared }: ViewContent,
  actor: Actor,
): Promise<void> {
  const made = await db.run(
    idRow,
    `with made as (
       insert into saved_views as v (id, owner, screen, name, search, shared)
       select $1, $2, $5, $6, $7::text::jsonb, $8::boolean
       where (select count(*) from saved_views where owner = $2) < ${SAVED_VIEWS_MAX}
       on conflict do nothing returning v.id, ${told('v')} as after
     ),${trail('view.saved', `'after', after`, 'made')}
     select id from made
     union all select id from saved_views where id = $1 and owner = $2`,
    [id, ...whoOf(actor), screen, name, JSON.stringify(search), shared],
  );
  if (made.length > 0) return;
  const same = await db.run(
    idRow,
    'select id from saved_views where owner = $1 and screen = $2 and name = $3',
    [actor.id, screen, name],
  );
  if (same.length > 0) throw viewExists();
  throw new DomainError(
    'invalid_state',
    `You keep ${SAVED_VIEWS_MAX} views, which is the most; delete one first.`,
  );
}

export type ViewChange = {
  [Field in Exclude<keyof ViewContent, 'screen'>]?: ViewContent[Field] | undefined;
};

/**
 * Changes what is given of a view of the actor's own; what is so already leaves no trace. Throws
 * `not_found`, `forbidden` for a shared one of somebody else, `view_exists`.
 */
export async function changeSavedView(
  db: Db,
  id: string,
  { name, search, shared }: ViewChange,
  actor: Actor,
): Promise<void> {
  await requireOwn(db, id, actor);
  try {
    await db.run(
      idRow,
      `with changed as (
         update saved_views v set name = coalesce($5, v.name), search = coalesce($6::text::jsonb, v.search),
           shared = coalesce($7::boolean, v.shared), updated_at = now()
         from (select * from saved_views where id = $1 and owner = $2 for update) o
         where v.id = o.id and (v.name, v.search, v.shared) is distinct from
           (coalesce($5, v.name), coalesce($6::text::jsonb, v.search), coalesce($7::boolean, v.shared))
         returning v.id, audit_changes(${told('o')}, ${told('v')}) as changes
       ),${trail('view.changed', `'changes', changes`, 'changed')}
       select id from changed`,
      [
        id,
        ...whoOf(actor),
        name ?? null,
        search === undefined ? null : JSON.stringify(search),
        shared ?? null,
      ],
    );
  } catch (error) {
    if (isUniqueViolation(error)) throw viewExists();
    throw error;
  }
}

/** Deletes a view of the actor's own. Throws `not_found`, `forbidden` for a shared one of somebody else. */
export async function deleteSavedView(db: Db, id: string, actor: Actor): Promise<void> {
  await requireOwn(db, id, actor);
  await db.run(
    idRow,
    `with gone as (
       delete from saved_views v where v.id = $1 and v.owner = $2 returning v.id, ${told('v')} as before
     ),${trail('view.deleted', `'before', before`, 'gone')}
     select id from gone`,
    [id, ...whoOf(actor)],
  );
}

async function requireOwn(db: Db, id: string, actor: Actor): Promise<void> {
  const { owner } = await findSavedView(db, id, actor.id);
  if (owner === actor.id) return;
  throw new DomainError(
    'forbidden',
    'This view is shared by somebody else; save one of your own instead.',
  );
}

const viewExists = (): DomainError =>
  new DomainError(
    'view_exists',
    'You keep a view of that name for this screen; choose another name, or change that one.',
  );
