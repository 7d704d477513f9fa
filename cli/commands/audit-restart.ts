import type { Command } from 'commander';
import { openDatabase } from '../../db/client.ts';
import { restartAudit } from '../../db/queries/audit-restart.ts';
import { databaseUrlOf } from '../database.ts';
import { CliError, textOf } from '../errors.ts';
import { handle } from '../session.ts';

/** `bursar audit restart`: the audit log of a restored database goes on. */
export function addAuditRestart(audit: Command): void {
  handle<{ reason: string }>(
    audit
      .command('restart')
      .description('let sealing go on in a database that was restored into another cluster')
      .requiredOption('--reason <text>', 'why; it stands in the audit log'),
    ['bursar audit restart --reason "restored from the backup of 2026-03-01"'],
    async (session, { reason }) => {
      const db = openDatabase(databaseUrlOf(session));
      try {
        const { movedRows } = await restartAudit(db, reason);
        session.out.result(
          { restarted: true, movedRows },
          () =>
            `The audit log goes on; ${movedRows} rows that were written before were taken along.`,
        );
      } catch (error) {
        throw new CliError('The audit log was not restarted.', {
          why: [textOf(error)],
          next: ['DATABASE_URL must be that of the owner of the tables.'],
          code: 'restart_failed',
        });
      } finally {
        await db.close();
      }
    },
  );
}
