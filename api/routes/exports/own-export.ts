import { findExport, noSuchExport, type ExportRow } from '../../../db/queries/export/jobs.ts';
import { callerHolds } from '../../http/caller.ts';
import type { AppContext } from '../../http/context.ts';

/** The order of that id, where it is the caller's own or the caller holds `audit`. Throws `not_found`. */
export async function ownExport(c: AppContext, id: string): Promise<ExportRow> {
  const row = await findExport(c.var.deps.db, id);
  if (row.createdBy !== c.var.caller.actor && !callerHolds(c.var.caller, 'audit'))
    throw noSuchExport();
  return row;
}
