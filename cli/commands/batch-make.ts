import type { Command } from 'commander';
import { createdBatch, previewAnswer } from '../answers.ts';
import { idempotencyKey } from '../idempotency.ts';
import { moneyOf } from '../money.ts';
import { withIdempotency, type Idempotency } from '../options.ts';
import { previewText, skipGroups, skipTable } from '../output/render-preview.ts';
import { handle } from '../session.ts';

interface Selection {
  readonly affiliate?: readonly string[];
  readonly currency?: string;
  readonly provider?: string;
  readonly from?: string;
  readonly to?: string;
}

/** `bursar batch preview` and `bursar batch create`. */
export function addBatchMaking(batch: Command): void {
  addPreview(batch);
  addCreate(batch);
}

const withSelection = (command: Command): Command =>
  command
    .option('--affiliate <id...>', 'only these payees')
    .option('--currency <code>', 'the currency to pay in (the API says USD)')
    .option('--provider <name>', 'who moves the money (the API has its default)')
    .option('--from <time>', 'only what was earned from then on, ISO 8601')
    .option('--to <time>', 'only what was earned before then, ISO 8601');

const bodyOf = ({ affiliate, currency, provider, from, to }: Selection) => ({
  ...(affiliate && { affiliateIds: affiliate }),
  ...(currency && { currency }),
  ...(provider && { provider }),
  ...(from && { from }),
  ...(to && { to }),
});

function addPreview(batch: Command): void {
  const command = withSelection(
    batch
      .command('preview')
      .description('what a batch made now would pay, and who is left out why'),
  );
  handle<Selection>(
    command,
    ['bursar batch preview', 'bursar batch preview --currency EUR', 'bursar batch preview --json'],
    async ({ out, client }, selection) => {
      const answer = await client().post(previewAnswer, '/api/disbursement/batches/preview', {
        body: bodyOf(selection),
      });
      out.result(answer, () => previewText(answer, out.style));
    },
  );
}

interface Creation extends Selection, Idempotency {
  readonly previewHash?: string;
  readonly scheduledFor?: string;
  readonly note?: string;
}

function addCreate(batch: Command): void {
  const command = withIdempotency(
    withSelection(batch.command('create').description('make a batch of all that is payable')),
  )
    .option('--preview-hash <hash>', 'only if nothing has changed since that preview')
    .option('--scheduled-for <time>', 'do not execute before then, ISO 8601')
    .option('--note <text>', 'what it is for');
  handle<Creation>(
    command,
    ['bursar batch create', 'bursar batch create --currency EUR --note "October"'],
    async ({ out, client }, options) => {
      const { previewHash, scheduledFor, note } = options;
      const answer = await client().post(createdBatch, '/api/disbursement/batches', {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: {
          ...bodyOf(options),
          ...(previewHash && { previewHash }),
          ...(scheduledFor && { scheduledFor }),
          ...(note && { note }),
        },
      });
      out.result(answer, () => {
        const { id, batchNumber, totalAmount, currency, paymentCount } = answer.batch;
        const groups = skipGroups(answer.excluded);
        return [
          `Batch ${batchNumber} (${id}): ${paymentCount} payments, ${moneyOf(totalAmount, currency)}.`,
          ...(groups.length === 0 ? [] : ['', skipTable(groups, out.style)]),
          '',
          `Next: bursar batch execute ${id} --wait`,
        ].join('\n');
      });
    },
  );
}
