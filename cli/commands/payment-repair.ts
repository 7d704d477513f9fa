import { Option, type Command } from 'commander';
import { changedPayment, quickPayment, reversedPayment } from '../answers.ts';
import { confirmMoney } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { followBatch } from '../follow.ts';
import { idempotencyKey } from '../idempotency.ts';
import { moneyOf } from '../money.ts';
import { withIdempotency, withYes, type Idempotency } from '../options.ts';
import { handle } from '../session.ts';

/** `bursar payment resolve`, `reissue` and `reverse`. */
export function addPaymentRepair(payment: Command): void {
  addResolve(payment);
  addReissue(payment);
  addReverse(payment);
}

const repair = (payment: Command, name: string, description: string): Command =>
  withIdempotency(payment.command(name).description(description).argument('<id>', 'the payment'));

const pathOf = (id: string, rest: string) =>
  `/api/disbursement/payments/${encodeURIComponent(id)}${rest}`;

interface Verdict extends Idempotency {
  readonly verdict: string;
  readonly reason: string;
  readonly providerPaymentId?: string;
}

function addResolve(payment: Command): void {
  const command = repair(payment, 'resolve', 'record what the provider says of one in doubt')
    .addOption(
      new Option('--verdict <verdict>', 'not-paid: it may be retried afterwards')
        .choices(['paid', 'not-paid'])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'who said so, and where it can be looked up')
    .option('--provider-payment-id <id>', "the provider's id of the payment, where it is paid");
  handle<Verdict>(
    command,
    ['bursar payment resolve pay_… --verdict paid --reason "ticket 4711 of the provider"'],
    async ({ out, client }, { verdict, reason, providerPaymentId, ...options }, [id = '']) => {
      const answer = await client().post(changedPayment, pathOf(id, '/resolve'), {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: {
          verdict: verdict.replace('-', '_'),
          reason,
          ...(providerPaymentId && { providerPaymentId }),
        },
      });
      out.result(answer, () => `Payment ${id} is ${answer.payment.status}.`);
    },
  );
}

interface Reissue extends Idempotency {
  readonly provider?: string;
  readonly note?: string;
  readonly wait?: boolean;
  readonly yes?: boolean;
}

function addReissue(payment: Command): void {
  const command = withYes(
    repair(payment, 'reissue', 'pay again what came back, as a new payment')
      .option('--provider <name>', 'who moves the money now; as before where left out')
      .option('--note <text>', 'what it is for')
      .option('--wait', 'follow it to its end; exit 0 paid, 1 failed'),
  );
  handle<Reissue>(
    command,
    ['bursar payment reissue pay_… --wait', 'bursar payment reissue pay_… --provider xendit --yes'],
    async (session, { provider, note, ...options }, [id = '']) => {
      await confirmMoney(session, options.yes, `Pay again what came back of ${id}?`);
      const answer = await session.client().post(quickPayment, pathOf(id, '/reissue'), {
        idempotencyKey: idempotencyKey(session.out, options.idempotencyKey),
        body: { ...(provider && { provider }), ...(note && { note }) },
      });
      const { payment: made, batch } = answer;
      const unapproved = batch.status === 'PENDING';
      if (options.wait === true && !unapproved) return followBatch(session, batch.id);
      const what = `${moneyOf(made.amount, made.currency)} (${made.id})`;
      session.out.result(answer, () =>
        unapproved
          ? `${what} waits for an approval.\nNext: bursar batch approve ${batch.id}`
          : `${what} is on its way.\nNext: bursar batch watch ${batch.id}`,
      );
      return unapproved ? EXIT.needsApproval : EXIT.ok;
    },
  );
}

interface Reverse extends Idempotency {
  readonly reason: string;
  readonly yes?: boolean;
}

function addReverse(payment: Command): void {
  const command = withYes(
    repair(payment, 'reverse', 'call back money that has arrived, at a provider that can'),
  ).requiredOption('--reason <text>', 'why; it stands in the audit log');
  handle<Reverse>(
    command,
    ['bursar payment reverse pay_… --reason "paid to the wrong person"'],
    async (session, { reason, ...options }, [id = '']) => {
      await confirmMoney(session, options.yes, `Call the money of payment ${id} back?`);
      const answer = await session.client().post(reversedPayment, pathOf(id, '/reverse'), {
        idempotencyKey: idempotencyKey(session.out, options.idempotencyKey),
        body: { reason },
      });
      session.out.result(answer, () =>
        answer.returned
          ? `Payment ${id} is ${answer.payment.status}.`
          : `The provider has called it back.\nNext: bursar payment why ${id}`,
      );
    },
  );
}
