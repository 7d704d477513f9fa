import { noRow } from '../rows.ts';
import type { ImportError } from '../schema/imports.ts';
import type { Actor } from './actor.ts';
import type { Runner } from './runner.ts';

export interface ImportRecord {
  id: string;
  kind: string;
  dryRun: boolean;
  accepted: number;
  rejected: number;
  /** Lines that were left aside although nothing is wrong with them. */
  skipped: number;
  errors: readonly ImportError[];
  bodySha256: string;
  actor: Actor;
}

/** Keeps what an import did, with its audit row; the same id again changes nothing. */
export async function insertImport(db: Runner, record: ImportRecord): Promise<void> {
  await db.run(
    noRow,
    `with kept as (
       insert into imports (id, kind, dry_run, accepted, rejected, errors, body_sha256, created_by)
       values ($1, $2, $3::text::boolean, $4, $5, $6::text::jsonb, $7, $8)
       on conflict (id) do nothing returning id
     )
     insert into audit_logs (action, status, actor, ip_address, user_agent, details)
     select 'import.done', case when $5::int = 0 then 'SUCCESS' when $4::int = 0 then 'FAILURE' else 'WARNING' end,
       $8, $9, $10, jsonb_build_object('importId', id, 'kind', $2::text, 'dryRun', $3::text::boolean,
         'accepted', $4::int, 'rejected', $5::int,
         'skipped', $11::int)
     from kept`,
    [
      record.id,
      record.kind,
      String(record.dryRun),
      record.accepted,
      record.rejected,
      JSON.stringify(record.errors),
      record.bodySha256,
      record.actor.id,
      record.actor.ipAddress,
      record.actor.userAgent,
      record.skipped,
    ],
  );
}
