import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { amountColumn, countColumn, onlyRow } from '../rows.ts';
import { inTransaction } from '../transaction.ts';

const DEADLINE_MS = 300_000;

/** From where on transactions are counted now, and how many rows written meanwhile were brought there. */
export interface AuditRestart {
  offset: bigint;
  movedRows: number;
}

const clockRow = z.object({
  now: amountColumn,
  sealed: amountColumn,
  highest: amountColumn,
  last_id: amountColumn,
  before: amountColumn,
});

/**
 * Has the audit log of a database that was restored into another cluster go on: transactions count from
 * above all that is sealed or stored. Rows written here before that, which no seal covers, are brought
 * up too. Needs the owner of the tables; stops all writers for its moment. Written down with its reason.
 * Throws `invalid_state` where the log goes on by itself.
 */
export const restartAudit = (db: Db, reason: string): Promise<AuditRestart> =>
  inTransaction(db, DEADLINE_MS, async (tx) => {
    await tx.run(z.never(), 'lock table audit_logs in access exclusive mode');
    const clock = onlyRow(
      await tx.run(
        clockRow,
        `select pg_current_xact_id()::text::bigint + audit_offset() as now, audit_offset() as before,
           coalesce((select max(to_xact) from audit_blocks), 0) as sealed,
           coalesce((select max(last_id) from audit_blocks), 0) as last_id,
           coalesce((select max(xact) from audit_logs), 0) as highest`,
      ),
    );
    if (clock.now >= clock.sealed) {
      throw new DomainError(
        'invalid_state',
        'The audit log goes on by itself; there is nothing to do.',
      );
    }
    const offset = clock.highest > clock.sealed ? clock.highest : clock.sealed;
    await tx.run(z.never(), 'alter table audit_logs disable trigger audit_logs_append_only');
    const moved = await tx.run(
      z.object({ moved: countColumn }),
      `with moved as (
         update audit_logs set xact = xact + $1::bigint where id > $2::bigint and xact < $3::bigint returning 1
       )
       select count(*) as moved from moved`,
      [offset - clock.before, clock.last_id, clock.sealed],
    );
    await tx.run(z.never(), 'alter table audit_logs enable trigger audit_logs_append_only');
    await tx.run(
      z.never(),
      `create or replace function audit_offset() returns bigint language sql stable as 'select ${offset}::bigint'`,
    );
    const { moved: movedRows } = onlyRow(moved);
    await tx.run(
      z.never(),
      `insert into audit_logs (action, status, actor, details)
       values ('audit.restarted', 'WARNING', 'system',
         jsonb_build_object('reason', $1::text, 'offset', $2::text, 'movedRows', $3::int))`,
      [reason, String(offset), movedRows],
    );
    return { offset, movedRows };
  });
