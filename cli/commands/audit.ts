import type { Command } from 'commander';
import { auditPage, type AuditLog } from '../answers.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { detailsText } from '../output/render-payment.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { handle } from '../session.ts';
import { addAuditExport } from './audit-export.ts';
import { auditFilters, queryOf, type AuditFilters } from './audit-filters.ts';
import { addAuditRestart } from './audit-restart.ts';
import { addAuditVerify } from './audit-verify.ts';

/** `bursar audit`: who did what and when, and whether that is still as it was written. */
export function addAudit(program: Command): void {
  const command = program
    .command('audit')
    .description('what happened, newest first, and whether that was changed');
  // The list is a command of its own: options that two of them have must not be taken for the group's.
  const list = command.command('list', { isDefault: true });
  handle<AuditFilters & Paging>(
    auditFilters(withPaging(list.description('what happened, newest first'))),
    ['bursar audit --batch bat_…', 'bursar audit --status FAILURE --limit 20 --json'],
    async ({ out, client }, { limit, cursor, ...filters }) => {
      const answer = await client().get(auditPage, '/api/disbursement/audit-logs', {
        query: { limit, cursor, ...queryOf(filters) },
      });
      out.result(
        answer,
        () => auditTable(answer.auditLogs, out.style) + moreText(answer.nextCursor),
      );
    },
  );
  addAuditVerify(command);
  addAuditExport(command);
  addAuditRestart(command);
}

function auditTable(rows: readonly AuditLog[], style: Style): string {
  if (rows.length === 0) return 'Nothing.';
  return table(
    [{ title: 'WHEN' }, { title: 'WHAT' }, { title: 'BY' }, { title: 'ABOUT' }, { title: '' }],
    rows.map(({ createdAt, action, status, actor, batchId, paymentId, details }) => [
      createdAt,
      status === 'FAILURE' ? style.bad(action) : action,
      actor,
      paymentId ?? batchId ?? '',
      detailsText(details),
    ]),
    style.dim,
  );
}
