import type { Command } from 'commander';
import { ENDED_BATCH_STATES } from '../../domain/batch.ts';
import { listPaid, type ListPaid } from '../answers/payables.ts';
import { confirmMoney } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { assertApproved } from '../needs-approval.ts';
import { followBatch } from '../follow.ts';
import { idempotencyKey } from '../idempotency.ts';
import { moneyOf } from '../money.ts';
import { withIdempotency, withYes, type Idempotency } from '../options.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { readTextFile } from '../read-file.ts';
import { handle } from '../session.ts';

interface PayList extends Idempotency {
  readonly provider?: string;
  readonly note?: string;
  readonly dryRun?: boolean;
  readonly partial?: boolean;
  readonly overrideMinimum?: string;
  readonly wait?: boolean;
  readonly yes?: boolean;
}

const ERRORS_SHOWN = 20;

/** `bursar pay list`: a batch of exactly the rows of a CSV file. */
export function addPayList(pay: Command): void {
  const command = withYes(
    withIdempotency(
      pay
        .command('list')
        .description('pay the amounts of a CSV file at once; all or nothing')
        .argument('<file>', 'external_id, affiliate_external_id, amount, currency, description')
        .option('--dry-run', 'say what would be paid and change nothing')
        .option(
          '--partial',
          'pay the good rows where others cannot be paid; exit 4 where some were',
        )
        .option('--provider <name>', 'who moves the money')
        .option('--note <text>', 'what it is for')
        .option('--override-minimum <reason>', 'pay also what is below our minimum, and say why')
        .option('--wait', 'follow it to its end; exit 0 paid, 1 failed'),
    ),
  );
  handle<PayList>(
    command,
    [
      'bursar pay list bonus.csv --dry-run',
      'bursar pay list bonus.csv --note "October bonus" --yes',
    ],
    async (session, options, [file = '']) => {
      const { dryRun = false, partial, provider, note, overrideMinimum, wait } = options;
      const body = await readTextFile(file);
      const { out } = session;
      if (!dryRun) await confirmMoney(session, options.yes, `Pay the amounts in ${file}?`);
      const answer = await session.client().post(listPaid, '/api/disbursement/quick-payments', {
        query: { dryRun: dryRun || undefined, partial, provider, note, overrideMinimum },
        body,
        idempotencyKey: dryRun ? undefined : idempotencyKey(out, options.idempotencyKey),
      });
      if (wait === true && answer.batch) {
        assertApproved(answer.batch);
        return followBatch(session, answer.batch.id);
      }
      out.result(answer, () => listText(answer, out.style));
      if (answer.rejected === 0) return EXIT.ok;
      return answer.accepted > 0 && partial === true ? EXIT.partial : EXIT.failed;
    },
  );
}

/** A list that was sent before may be in a batch that has ended since. */
function whereText(batch: ListPaid['batch']): string {
  if (batch === null) return 'would be paid';
  const ended = ENDED_BATCH_STATES.some((state) => state === batch.status);
  return ended ? `are in a batch that is ${batch.status}` : 'are on their way';
}

function listText({ batch, accepted, rejected, errors, ...rest }: ListPaid, style: Style): string {
  const money = rest.currency === '' ? '' : `, ${moneyOf(rest.totalAmount, rest.currency)}`;
  const head = `${accepted} rows ${whereText(batch)}${money}; ${rejected} refused`;
  const next = batch === null ? '' : `\nNext: bursar batch watch ${batch.id}`;
  if (errors.length === 0) return head + next;
  const rows = errors
    .slice(0, ERRORS_SHOWN)
    .map(({ row, column, code, message }) => [String(row), column, style.bad(code), message]);
  const more = errors.length > ERRORS_SHOWN ? `\nand ${errors.length - ERRORS_SHOWN} more` : '';
  const columns = [
    { title: 'ROW', right: true },
    { title: 'COLUMN' },
    { title: '' },
    { title: '' },
  ];
  return `${head}\n\n${table(columns, rows, style.dim)}${more}${next}`;
}
