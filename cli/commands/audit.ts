import type { Command } from 'commander';
import { auditPage, type AuditLog } from '../answers.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { detailsText } from '../output/render-payment.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { handle } from '../session.ts';

interface Filter extends Paging {
  readonly action?: string;
  readonly status?: string;
  readonly batch?: string;
  readonly payment?: string;
  readonly actor?: string;
  readonly from?: string;
  readonly to?: string;
}

/** `bursar audit`: who did what and when. */
export function addAudit(program: Command): void {
  const command = withPaging(program.command('audit').description('what happened, newest first'))
    .option('--action <name>', 'only this action, like batch.created')
    .option('--status <status>', 'SUCCESS, FAILURE, WARNING or INFO')
    .option('--batch <id>', 'only what concerns this batch')
    .option('--payment <id>', 'only what concerns this payment')
    .option('--actor <id>', 'only what this one did')
    .option('--from <time>', 'from then on, ISO 8601')
    .option('--to <time>', 'before then, ISO 8601');
  handle<Filter>(
    command,
    ['bursar audit --batch bat_…', 'bursar audit --status FAILURE --limit 20 --json'],
    async ({ out, client }, { batch, payment, ...query }) => {
      const answer = await client().get(auditPage, '/api/disbursement/audit-logs', {
        query: { ...query, batchId: batch, paymentId: payment },
      });
      out.result(
        answer,
        () => auditTable(answer.auditLogs, out.style) + moreText(answer.nextCursor),
      );
    },
  );
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
