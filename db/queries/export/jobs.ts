import { and, desc, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import { DomainError } from '../../../domain/errors.ts';
import {
  EXPORT_KEPT_DAYS,
  type ExportFormat,
  type ExportKind,
} from '../../../domain/report/export.ts';
import type { Db } from '../../client.ts';
import { reportExports } from '../../schema/report-exports.ts';
import type { Actor } from '../actor.ts';
import { Values, type ExportFilter } from './filter.ts';
import { EXPORT_SOURCES } from './sources.ts';

export type ExportRow = typeof reportExports.$inferSelect;

export interface NewExport {
  /** Chosen by the caller, so that a repetition finds its own. */
  id: string;
  kind: ExportKind;
  format: ExportFormat;
  filter: ExportFilter;
  actor: Actor;
}

/** Counting the rows of a large table takes a while. */
const DEADLINE_MS = 60_000;
/** Of longer lists of ids the audit log keeps the number. */
const IDS_SHOWN_MAX = 20;

/** A filter as the audit log keeps it. */
export const shownExportFilter = ({
  payeeIds,
  ...filter
}: ExportFilter): Record<string, unknown> => ({
  ...filter,
  ...(payeeIds && {
    payeeIds: payeeIds.length > IDS_SHOWN_MAX ? `${payeeIds.length} ids` : payeeIds,
  }),
});

/**
 * Stores an order for a file of rows: those that match now, which are counted by the same statement, with
 * its audit row. Safe to repeat with the same id.
 */
export async function createExport(db: Db, given: NewExport): Promise<ExportRow> {
  const values = new Values();
  const rows = EXPORT_SOURCES[given.kind].matching(given.filter, values);
  const bind = (value: unknown, type = 'text') => `${values.add(value)}::${type}`;
  const { id, kind, format, actor } = given;
  const filter = bind(JSON.stringify(given.filter));
  await db.run(
    z.object({ id: z.string() }),
    `with counted as (select count(*) as rows ${rows}),
     made as (
       insert into report_exports (id, kind, format, filter, rows_expected, created_by, expires_at)
       select ${bind(id)}, ${bind(kind)}, ${bind(format)}, ${filter}::jsonb, rows, ${bind(actor.id)},
         now() + interval '${EXPORT_KEPT_DAYS} days'
       from counted on conflict (id) do nothing
       returning id, kind, format, rows_expected, created_by
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'export.created', 'SUCCESS', created_by, ${bind(actor.ipAddress)}, ${bind(actor.userAgent)},
         jsonb_build_object('kind', kind, 'exportId', id, 'format', format, 'rowsExpected', rows_expected,
           'filter', ${bind(JSON.stringify(shownExportFilter(given.filter)))}::jsonb)
       from made
     )
     select id from made`,
    values.all,
    { deadlineMs: DEADLINE_MS },
  );
  return findExport(db, id);
}

/** One order. Throws `not_found`. */
export async function findExport(db: Db, id: string): Promise<ExportRow> {
  const [row] = await db.orm.select().from(reportExports).where(eq(reportExports.id, id));
  if (!row) throw noSuchExport();
  return row;
}

export const noSuchExport = (): DomainError =>
  new DomainError('not_found', 'There is no such export; check the id.');

/** Orders, newest first: those of one actor, or all. */
export const listExports = (
  db: Db,
  page: { createdBy: string | undefined; before: string | undefined; limit: number },
): Promise<ExportRow[]> =>
  db.orm
    .select()
    .from(reportExports)
    .where(
      and(
        page.createdBy === undefined ? undefined : eq(reportExports.createdBy, page.createdBy),
        page.before === undefined ? undefined : lt(reportExports.id, page.before),
      ),
    )
    .orderBy(desc(reportExports.id))
    .limit(page.limit);

/** What a job that was stopped by a person says of itself. */
const STOPPED = 'It was deleted before it was done.';

/**
 * Stops the job of an order that is not done, and ends the life of a file that is; with its audit row. The
 * parts are removed by the sweep. One that has ended already stays as it is. Safe to repeat.
 */
export async function deleteExport(db: Db, id: string, actor: Actor): Promise<void> {
  await db.run(
    z.object({ id: z.string() }),
    `with was as (select id, status from report_exports where id = $1 and status in ('QUEUED', 'RUNNING', 'DONE') for update),
     gone as (
       update report_exports e set
         status = case e.status when 'DONE' then 'EXPIRED' else 'FAILED' end,
         failure = case e.status when 'DONE' then e.failure else $2 end,
         finished_at = coalesce(e.finished_at, now()), expires_at = least(e.expires_at, now())
       from was where e.id = was.id
       returning e.id, e.kind, e.format, e.rows_done, e.status
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select case status when 'EXPIRED' then 'export.deleted' else 'export.finished' end,
         case status when 'EXPIRED' then 'SUCCESS' else 'FAILURE' end, $3, $4, $5,
         jsonb_build_object('kind', kind, 'exportId', id, 'format', format, 'rows', rows_done, 'deleted', true)
       from gone
     )
     select id from gone`,
    [id, STOPPED, actor.id, actor.ipAddress, actor.userAgent],
  );
}
