import type { Command } from 'commander';
import { asked, pausedBatch } from '../answers.ts';
import { confirmMoney } from '../confirm.ts';
import { idempotencyKey } from '../idempotency.ts';
import { withIdempotency, withYes, type Idempotency } from '../options.ts';
import { handle } from '../session.ts';
import { batchPath } from '../watch.ts';

interface Reasoned extends Idempotency {
  readonly reason?: string;
  readonly yes?: boolean;
}

/** `bursar batch cancel`, `pause` and `resume`. */
export function addBatchControl(batch: Command): void {
  addCancel(batch);
  addPause(batch);
  addResume(batch);
}

const control = (batch: Command, name: string, description: string): Command =>
  withIdempotency(
    batch
      .command(name)
      .description(description)
      .argument('<id>', 'the batch')
      .option('--reason <text>', 'why; it stands in the audit log'),
  );

const bodyOf = ({ reason }: Reasoned) => (reason === undefined ? {} : { reason });

function addCancel(batch: Command): void {
  handle<Reasoned>(
    control(batch, 'cancel', 'cancel what is unsent; what was sent finishes'),
    ['bursar batch cancel bat_… --reason "wrong month"'],
    async ({ out, client }, options, [id = '']) => {
      const answer = await client().post(asked, batchPath(id, '/cancel'), {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: bodyOf(options),
      });
      out.result(answer, () => `Asked for.\nNext: bursar batch show ${id}`);
    },
  );
}

function addPause(batch: Command): void {
  handle<Reasoned>(
    control(batch, 'pause', 'stop sending after the calls under way'),
    ['bursar batch pause bat_… --reason "the provider is down"'],
    async ({ out, client }, options, [id = '']) => {
      const answer = await client().post(pausedBatch, batchPath(id, '/pause'), {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: bodyOf(options),
      });
      const { sent, inDoubt, untouched } = answer.result;
      out.result(
        answer,
        () =>
          `Asked for: ${sent} sent, ${inDoubt} in doubt, ${untouched} untouched.\nNext: bursar batch resume ${id}`,
      );
    },
  );
}

function addResume(batch: Command): void {
  handle<Reasoned>(
    withYes(control(batch, 'resume', 'go on with a paused batch')),
    ['bursar batch resume bat_… --reason "the provider is back"'],
    async (session, options, [id = '']) => {
      await confirmMoney(session, options.yes, `Go on paying batch ${id}?`);
      const answer = await session.client().post(asked, batchPath(id, '/resume'), {
        idempotencyKey: idempotencyKey(session.out, options.idempotencyKey),
        body: bodyOf(options),
      });
      session.out.result(answer, () => `Asked for.\nNext: bursar batch watch ${id}`);
    },
  );
}
