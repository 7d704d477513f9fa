import type { Command } from 'commander';
import { approvedBatch } from '../answers.ts';
import { batchApprovals } from '../answers/approvals.ts';
import { confirmMoney } from '../confirm.ts';
import { usageError } from '../errors.ts';
import { moneyOf } from '../money.ts';
import { withYes } from '../options.ts';
import { renderApprovals } from '../output/render-approvals.ts';
import { handle } from '../session.ts';
import { batchPath, readBatch } from '../watch.ts';

interface Word {
  readonly comment?: string;
  readonly contentHash?: string;
  readonly yes?: boolean;
}

/** `bursar batch approvals`, `approve`, `reject` and `edit`. */
export function addBatchApproval(batch: Command): void {
  addApprovals(batch);
  addApprove(batch);
  addReject(batch);
  addEdit(batch);
}

function addApprovals(batch: Command): void {
  handle(
    batch
      .command('approvals')
      .description('whose approval a batch needs and why, and whose is missing')
      .argument('<id>', 'the batch'),
    ['bursar batch approvals bat_…'],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().get(batchApprovals, batchPath(id, '/approvals'));
      out.result(answer, () => renderApprovals(answer.approvals, out.style));
    },
  );
}

const word = (batch: Command, name: string, description: string): Command =>
  withYes(
    batch
      .command(name)
      .description(description)
      .argument('<id>', 'the batch')
      .option('--content-hash <hash>', 'only if its content is that of `batch show`'),
  );

function addApprove(batch: Command): void {
  handle<Word>(
    word(batch, 'approve', 'approve the content of a batch that somebody else has made').option(
      '--comment <text>',
      'kept with the approval',
    ),
    ['bursar batch approve bat_… --comment "checked against the report"'],
    async (session, { comment, contentHash, yes }, [id = '']) => {
      const client = session.client();
      const seen = await readBatch(client, id);
      const what = `Approve ${moneyOf(seen.totalAmount, seen.currency)} to ${seen.paymentCount} payees?`;
      await confirmMoney(session, yes, what);
      const answer = await client.post(approvedBatch, batchPath(id, '/approve'), {
        body: { contentHash: contentHash ?? seen.contentHash, ...(comment && { comment }) },
      });
      const missing = answer.batch.approvals?.missing ?? 0;
      const next =
        missing > 0 ? `bursar batch approvals ${id}` : `bursar batch execute ${id} --wait`;
      session.out.result(
        answer,
        () => `Approved${missing > 0 ? `; ${missing} more are missing` : ''}.\nNext: ${next}`,
      );
    },
  );
}

function addReject(batch: Command): void {
  handle<Word>(
    word(batch, 'reject', 'reject the content of a batch').requiredOption(
      '--comment <text>',
      'why; its maker reads it',
    ),
    ['bursar batch reject bat_… --comment "wrong month"'],
    async (session, { comment, contentHash, yes }, [id = '']) => {
      const client = session.client();
      const seen = await readBatch(client, id);
      await confirmMoney(session, yes, `Reject batch ${id}?`);
      const answer = await client.post(approvedBatch, batchPath(id, '/reject'), {
        body: { contentHash: contentHash ?? seen.contentHash, comment },
      });
      session.out.result(
        answer,
        () => `Rejected; it does not run unless it is changed.\nNext: bursar batch edit ${id}`,
      );
    },
  );
}

interface Edit {
  readonly note?: string;
  readonly scheduledFor?: string;
  readonly removePayment?: readonly string[];
}

function addEdit(batch: Command): void {
  handle<Edit>(
    batch
      .command('edit')
      .description('change a batch that is PENDING; every approval of it is void then')
      .argument('<id>', 'the batch')
      .option('--note <text>', 'what it is for')
      .option('--scheduled-for <time>', 'not before then; "now" for as soon as it may')
      .option('--remove-payment <id...>', 'leave these out; what they pay is payable again'),
    ['bursar batch edit bat_… --remove-payment pay_…', 'bursar batch edit bat_… --note "March"'],
    async ({ out, client }, { note, scheduledFor, removePayment }, [id = '']) => {
      const body = {
        ...(note !== undefined && { note }),
        ...(scheduledFor !== undefined && {
          scheduledFor: scheduledFor === 'now' ? null : scheduledFor,
        }),
        ...(removePayment !== undefined && { removePaymentIds: removePayment }),
      };
      if (Object.keys(body).length === 0)
        throw usageError('Nothing is to be changed.', `bursar batch edit ${id} --help`);
      const answer = await client().patch(approvedBatch, batchPath(id), { body });
      out.result(
        answer,
        () => `Changed; approvals of it are void.\nNext: bursar batch approvals ${id}`,
      );
    },
  );
}
