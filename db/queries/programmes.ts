import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { instantColumn } from '../rows.ts';
import type { Actor } from './actor.ts';

/** What affiliates work for. */
export interface Programme {
  id: string;
  externalId: string;
  name: string;
  zone: string;
  automatic: boolean;
  createdBy: string;
  createdAt: Date;
}

export interface NewProgramme {
  id: string;
  externalId: string;
  name: string;
  zone: string;
  /** True unless told; one that stands is not held against a call that does not tell. */
  automatic: boolean | undefined;
}

const programmeRow = z
  .object({
    id: z.string(),
    external_id: z.string(),
    name: z.string(),
    zone: z.string(),
    automatic: z.boolean(),
    created_by: z.string(),
    created_at: instantColumn,
  })
  .transform(({ external_id, created_by, created_at, ...row }) => ({
    ...row,
    externalId: external_id,
    createdBy: created_by,
    createdAt: created_at,
  }));

const COLUMNS = 'id, external_id, name, zone, automatic, created_by, created_at';

/**
 * Makes a programme, with its audit row, unless its external id stands already. Safe to repeat. Throws
 * `external_id_conflict` where it stands with another name, zone or way of calculating.
 */
export async function createProgramme(
  db: Db,
  given: NewProgramme,
  actor: Actor,
): Promise<{ programme: Programme; created: boolean }> {
  const [made] = await db.run(
    programmeRow,
    `with made as (
       insert into programmes (id, external_id, name, zone, automatic, created_by)
       values ($1, $2, $3, $4, coalesce($5::bool, true), $6)
       on conflict do nothing returning ${COLUMNS}
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'programme.created', 'SUCCESS', $6, $7, $8,
         jsonb_build_object('programmeId', id, 'externalId', external_id, 'zone', zone, 'automatic', automatic)
       from made
     )
     select ${COLUMNS} from made`,
    [
      given.id,
      given.externalId,
      given.name,
      given.zone,
      given.automatic ?? null,
      actor.id,
      actor.ipAddress,
      actor.userAgent,
    ],
  );
  if (made) return { programme: made, created: true };
  const programme = await findProgrammeNamed(db, given.externalId);
  if (!programme) throw new Error('a programme was neither made nor found');
  refuseConflict(programme, given);
  // Its id follows from the Idempotency-Key: the call that made it comes again.
  return { programme, created: programme.id === given.id };
}

function refuseConflict(standing: Programme, given: NewProgramme): void {
  const details = (['name', 'zone', 'automatic'] as const)
    .filter((field) => given[field] !== undefined && given[field] !== standing[field])
    .map((path) => ({ path, reason: 'differs from what stands' }));
  if (details.length === 0) return;
  throw new DomainError(
    'external_id_conflict',
    'A programme with this externalId stands already with other content; nothing was changed.',
    details,
  );
}

/** A programme by its id; null where there is none. */
export async function findProgramme(db: Db, id: string): Promise<Programme | null> {
  const [row] = await db.run(programmeRow, `select ${COLUMNS} from programmes where id = $1`, [id]);
  return row ?? null;
}

/** A programme by the platform's name for it; null where there is none. */
export async function findProgrammeNamed(db: Db, externalId: string): Promise<Programme | null> {
  const [row] = await db.run(
    programmeRow,
    `select ${COLUMNS} from programmes where external_id = $1`,
    [externalId],
  );
  return row ?? null;
}

/** Programmes in the order in which they were made, after id `after`. */
export const listProgrammes = (
  db: Db,
  after: string | undefined,
  limit: number,
): Promise<Programme[]> =>
  db.run(
    programmeRow,
    `select ${COLUMNS} from programmes where $1::text is null or id > $1 order by id limit $2`,
    [after ?? null, limit],
  );

/** What a person changes; what is left out stays. The zone stays for ever, since months were counted in it. */
export interface ProgrammeChange {
  name?: string | undefined;
  automatic?: boolean | undefined;
}

/** Changes a programme, with its audit row where something is other than before. Throws `not_found`. */
export async function updateProgramme(
  db: Db,
  id: string,
  change: ProgrammeChange,
  actor: Actor,
): Promise<Programme> {
  await db.run(
    z.object({ id: z.string() }),
    `with before as materialized (select id, name, automatic from programmes where id = $1 for update),
     changed as (
       update programmes g set name = coalesce($2, g.name), automatic = coalesce($3::bool, g.automatic)
       from before b
       where g.id = b.id and (b.name <> coalesce($2, b.name) or b.automatic <> coalesce($3::bool, b.automatic))
       returning g.id, audit_changes(jsonb_build_object('name', b.name, 'automatic', b.automatic),
         jsonb_build_object('name', g.name, 'automatic', g.automatic)) as changes
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'programme.updated', 'SUCCESS', $4, $5, $6,
         jsonb_build_object('programmeId', id) || changes
       from changed
     )
     select id from changed`,
    [id, change.name ?? null, change.automatic ?? null, actor.id, actor.ipAddress, actor.userAgent],
  );
  const programme = await findProgramme(db, id);
  if (programme) return programme;
  throw new DomainError('not_found', 'There is no such programme; check the id.');
}
