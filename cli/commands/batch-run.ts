import type { Command } from 'commander';
import { executed, retried } from '../answers.ts';
import { confirmMoney } from '../confirm.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { idempotencyKey } from '../idempotency.ts';
import { moneyOf } from '../money.ts';
import { withIdempotency, withYes, type Idempotency } from '../options.ts';
import { followBatch } from '../follow.ts';
import { handle, type Session } from '../session.ts';
import { batchPath, readBatch } from '../watch.ts';

interface Run extends Idempotency {
  readonly wait?: boolean;
  readonly yes?: boolean;
}

interface Retry extends Run {
  readonly payment?: readonly string[];
}

/** `bursar batch execute`, `watch` and `retry`. */
export function addBatchRunning(batch: Command): void {
  addExecute(batch);
  addWatch(batch);
  addRetry(batch);
}

const WAIT = 'follow it to its end; exit 0 completed, 1 failed, 4 completed with failed payments';

function addExecute(batch: Command): void {
  const command = withYes(
    withIdempotency(
      batch
        .command('execute')
        .description('pay a batch')
        .argument('<id>', 'the batch')
        .option('--wait', WAIT),
    ),
  );
  handle<Run>(
    command,
    ['bursar batch execute bat_… --wait', 'bursar batch execute bat_… --yes --wait --json'],
    async (session, options, [id = '']) => {
      const client = session.client();
      const { totalAmount, currency, paymentCount } = await readBatch(client, id);
      const what = `Pay ${moneyOf(totalAmount, currency)} to ${paymentCount} payees?`;
      await confirmMoney(session, options.yes, what);
      const key = idempotencyKey(session.out, options.idempotencyKey);
      const answer = await client.post(executed, batchPath(id, '/execute'), {
        idempotencyKey: key,
        body: {},
      });
      if (options.wait === true) return followBatch(session, id);
      session.out.result(
        answer,
        () => `Batch ${id} is ${answer.result.status}.\nNext: bursar batch watch ${id}`,
      );
      return EXIT.ok;
    },
  );
}

function addWatch(batch: Command): void {
  const command = batch
    .command('watch')
    .description('follow a batch to its end')
    .argument('<id>', 'the batch');
  handle(command, ['bursar batch watch bat_…'], (session, _options, [id = '']) =>
    followBatch(session, id),
  );
}

function addRetry(batch: Command): void {
  const command = withYes(
    withIdempotency(
      batch
        .command('retry')
        .description('try the failed payments of a batch again')
        .argument('<id>', 'the batch')
        .option('--payment <id...>', 'only these')
        .option('--wait', WAIT),
    ),
  );
  handle<Retry>(
    command,
    ['bursar batch retry bat_… --wait', 'bursar batch retry bat_… --payment pay_… --yes'],
    retry,
  );
}

async function retry(
  session: Session,
  { payment, ...options }: Retry,
  [id = '']: readonly string[],
): Promise<ExitCode> {
  const client = session.client();
  const which = payment === undefined ? 'all failed payments' : `${payment.length} payments`;
  await confirmMoney(session, options.yes, `Try ${which} of ${id} again?`);
  const { queuedAt } = await readBatch(client, id);
  const answer = await client.post(retried, batchPath(id, '/retry'), {
    idempotencyKey: idempotencyKey(session.out, options.idempotencyKey),
    body: payment === undefined ? {} : { paymentIds: payment },
  });
  if (options.wait === true) return followBatch(session, id, queuedAt);
  session.out.result(
    answer,
    () => `${answer.result.payments} payments are tried again.\nNext: bursar batch watch ${id}`,
  );
  return EXIT.ok;
}
