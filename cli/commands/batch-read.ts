import type { Command } from 'commander';
import { batchPage } from '../answers.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { batchCard, batchTable } from '../output/render-batch.ts';
import { paymentTable } from '../output/render-payment.ts';
import { handle } from '../session.ts';
import { readBatch } from '../watch.ts';

interface Filter extends Paging {
  readonly status?: string;
  readonly currency?: string;
  readonly provider?: string;
}

const PAYMENTS_SHOWN = 10;

/** `bursar batch list` and `bursar batch show`. */
export function addBatchReading(batch: Command): void {
  const list = withPaging(batch.command('list').description('batches, newest first'))
    .option('--status <state>', 'only those in this state')
    .option('--currency <code>', 'only those in this currency')
    .option('--provider <name>', 'only those of this provider');
  handle<Filter>(
    list,
    ['bursar batch list', 'bursar batch list --status FAILED --json'],
    async ({ out, client }, filter) => {
      const answer = await client().get(batchPage, '/api/disbursement/batches', {
        query: { ...filter },
      });
      out.result(answer, () => batchTable(answer.batches, out.style) + moreText(answer.nextCursor));
    },
  );
  const show = batch
    .command('show')
    .description('one batch: its payments by state, and what failed')
    .argument('<id>', 'the batch');
  handle(show, ['bursar batch show bat_…'], async ({ out, client }, _options, [id = '']) => {
    const found = await readBatch(client(), id);
    out.result({ batch: found }, () => {
      const first = found.payments.slice(0, PAYMENTS_SHOWN);
      const more =
        found.paymentCount > first.length ? `\nAll: bursar payment list --batch ${id}` : '';
      return `${batchCard(found, out.style)}\n\n${paymentTable(first, out.style)}${more}`;
    });
  });
}
