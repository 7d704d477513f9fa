import { z } from 'zod';
import { EXPORT_FORMATS, EXPORT_KINDS } from '../../../domain/report/export.ts';
import type { Db } from '../../client.ts';
import { isUniqueViolation } from '../../errors.ts';
import { countColumn } from '../../rows.ts';
import { exportFilter } from './filter.ts';
import { exportPlace, type ExportPlace } from './source.ts';

const DEADLINE_MS = 60_000;
/** So many orders are looked at by one sweep; the others by the next. */
const STARTED_MAX = 20;

/**
 * How far a file is: its parts so far, and behind which row the next one begins, or that there is none. It
 * stands in the row of the order, since who waits for that row is then told all of it as of one instant.
 */
const cursorColumn = z
  .object({ parts: z.int(), after: exportPlace.nullable(), whole: z.boolean() })
  .nullable()
  .transform((cursor) => cursor ?? { parts: 0, after: null, whole: false });

const workRow = z.object({
  id: z.string(),
  kind: z.enum(EXPORT_KINDS),
  format: z.enum(EXPORT_FORMATS),
  filter: exportFilter,
  rows_done: countColumn,
  cursor: cursorColumn,
  /** Rows that were made later are not in the file. */
  as_of: z.string(),
});

/** An order that is worked on, as far as it is. */
export type ExportWork = z.infer<typeof workRow>;

/** Orders that are not done, oldest first. */
export async function openExports(db: Db): Promise<string[]> {
  const rows = await db.run(
    z.object({ id: z.string() }),
    `select id from report_exports where status in ('QUEUED', 'RUNNING') order by created_at limit ${STARTED_MAX}`,
  );
  return rows.map(({ id }) => id);
}

/** Takes an order up, or goes on with it; null where there is nothing left to do. Safe to repeat. */
export async function takeExport(db: Db, id: string): Promise<ExportWork | null> {
  const rows = await db.run(
    workRow,
    `update report_exports set status = 'RUNNING', started_at = coalesce(started_at, now())
     where id = $1 and status in ('QUEUED', 'RUNNING')
     returning id, kind, format, filter, rows_done, cursor, created_at::text as as_of`,
    [id],
  );
  return rows[0] ?? null;
}

/** The next part of a file. */
export interface NewPart {
  rows: number;
  /** Before they were compressed. */
  bytes: number;
  sha256: string;
  content: Uint8Array;
  after: ExportPlace | null;
  /** Whether it is the last one. */
  whole: boolean;
}

/**
 * Keeps a part, and how far the file is by it, in one statement. Guarded by how far it was: of two workers
 * that make the same part one keeps it, and a job that was stopped keeps none.
 */
export async function keepPart(db: Db, work: ExportWork, part: NewPart): Promise<void> {
  const { after, whole } = part;
  const cursor = JSON.stringify({ parts: work.cursor.parts + 1, after, whole });
  try {
    await db.run(
      z.object({ id: z.string() }),
      `with moved as (
         update report_exports set rows_done = rows_done + $2::int, bytes_done = bytes_done + $3::bigint, cursor = $4::text::jsonb
         where id = $1 and status = 'RUNNING' and rows_done = $5::bigint
           and coalesce((cursor ->> 'whole')::boolean, false) = false
         returning id
       ),
       kept as (
         insert into report_export_parts (export_id, part, rows, sha256, content)
         select id, $6::int, $2::int, $7, $8::bytea from moved
       )
       select id from moved`,
      [
        work.id,
        part.rows,
        part.bytes,
        cursor,
        work.rows_done,
        work.cursor.parts,
        part.sha256,
        part.content,
      ],
      { deadlineMs: DEADLINE_MS },
    );
  } catch (error) {
    // Somebody else has kept it; what stands is what is gone on from.
    if (!isUniqueViolation(error)) throw error;
  }
}

/** The file is whole, with the hash of all of it; with its audit row, in the name of who ordered it. */
export async function finishExport(db: Db, id: string, sha256: string): Promise<void> {
  await db.run(
    z.object({ id: z.string() }),
    `with done as (
       update report_exports set status = 'DONE', sha256 = $2, finished_at = now() where id = $1 and status = 'RUNNING'
       returning id, kind, format, rows_done, bytes_done, sha256, created_by
     ),
     trail as (
       insert into audit_logs (action, status, actor, details)
       select 'export.finished', 'SUCCESS', created_by, jsonb_build_object('kind', kind, 'exportId', id, 'format', format,
         'rows', rows_done, 'bytes', bytes_done, 'sha256', sha256)
       from done
     )
     select id from done`,
    [id, sha256],
  );
}

/** Gives an order up, with its audit row; `failure` is what callers are told. Safe to repeat. */
export async function failExport(db: Db, id: string, failure: string): Promise<void> {
  await db.run(z.object({ id: z.string() }), `${failing('id = $2')} select id from failed`, [
    failure,
    id,
  ]);
}

const failing = (which: string): string => `
  with failed as (
    update report_exports set status = 'FAILED', failure = $1, finished_at = now()
    where status in ('QUEUED', 'RUNNING') and ${which}
    returning id, kind, format, rows_done, created_by
  ),
  trail as (
    insert into audit_logs (action, status, actor, details)
    select 'export.finished', 'FAILURE', created_by,
      jsonb_build_object('kind', kind, 'exportId', id, 'format', format, 'rows', rows_done)
    from failed
  )`;

const TOO_LATE = 'It was not done within the time that files are kept; order it again.';

/** Ends the life of files whose time has passed, and removes what nobody can fetch. Safe to repeat. */
export async function expireExports(db: Db): Promise<void> {
  const row = z.object({ id: z.string() });
  await db.run(
    row,
    `update report_exports set status = 'EXPIRED' where status = 'DONE' and expires_at <= now() returning id`,
  );
  await db.run(row, `${failing('expires_at <= now()')} select id from failed`, [TOO_LATE]);
  await db.run(
    z.object({ export_id: z.string() }),
    `delete from report_export_parts p using report_exports e
     where e.id = p.export_id and e.status in ('EXPIRED', 'FAILED') returning p.export_id`,
    [],
    { deadlineMs: DEADLINE_MS },
  );
}
