import type { Command } from 'commander';
import {
  changedPayment,
  paymentDetails,
  paymentPage,
  retriedPayment,
  whyAnswer,
} from '../answers.ts';
import { confirmMoney } from '../confirm.ts';
import { idempotencyKey } from '../idempotency.ts';
import {
  moreText,
  withIdempotency,
  withPaging,
  withYes,
  type Idempotency,
  type Paging,
} from '../options.ts';
import { paymentCard, paymentTable, whyText } from '../output/render-payment.ts';
import { handle } from '../session.ts';
import { addPaymentRepair } from './payment-repair.ts';

/** Everything about single payments. */
export function addPayment(program: Command): void {
  const payment = program.command('payment').description('look at, explain and repair payments');
  addList(payment);
  addShow(payment);
  addWhy(payment);
  addRetry(payment);
  addCancel(payment);
  addPaymentRepair(payment);
}

const pathOf = (id: string, rest = '') =>
  `/api/disbursement/payments/${encodeURIComponent(id)}${rest}`;

const one = (payment: Command, name: string, description: string): Command =>
  payment.command(name).description(description).argument('<id>', 'the payment');

interface Filter extends Paging {
  readonly batch?: string;
  readonly affiliate?: string;
  readonly status?: string;
  readonly find?: string;
}

function addList(payment: Command): void {
  const command = withPaging(payment.command('list').description('payments, newest first'))
    .option('--batch <id>', 'only those of this batch')
    .option('--affiliate <id>', 'only those to this payee')
    .option('--status <state>', 'only those in this state')
    .option('--find <text>', 'an id, reference, account, email or external id, exactly');
  handle<Filter>(
    command,
    ['bursar payment list --status FAILED', 'bursar payment list --batch bat_… --json'],
    async ({ out, client }, { batch, affiliate, find, ...query }) => {
      const answer = await client().get(paymentPage, '/api/disbursement/payments', {
        query: { ...query, batchId: batch, affiliateId: affiliate, q: find },
      });
      out.result(
        answer,
        () => paymentTable(answer.payments, out.style) + moreText(answer.nextCursor),
      );
    },
  );
}

function addShow(payment: Command): void {
  handle(
    one(payment, 'show', 'one payment with its attempts'),
    ['bursar payment show pay_…'],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().get(paymentDetails, pathOf(id));
      out.result(answer, () => paymentCard(answer, out.style));
    },
  );
}

function addWhy(payment: Command): void {
  handle(
    one(payment, 'why', 'why a payment is where it is, step by step'),
    ['bursar payment why pay_…'],
    async ({ out, client }, _options, [id = '']) => {
      const answer = await client().get(whyAnswer, pathOf(id, '/why'));
      out.result(answer, () => whyText(answer, out.style));
    },
  );
}

function addRetry(payment: Command): void {
  handle<Idempotency & { readonly yes?: boolean }>(
    withYes(withIdempotency(one(payment, 'retry', 'try a failed payment again'))),
    ['bursar payment retry pay_… --yes'],
    async (session, options, [id = '']) => {
      await confirmMoney(session, options.yes, `Try payment ${id} again?`);
      const answer = await session.client().post(retriedPayment, pathOf(id, '/retry'), {
        idempotencyKey: idempotencyKey(session.out, options.idempotencyKey),
        body: {},
      });
      const next = `bursar batch watch ${answer.result.batchId}`;
      session.out.result(answer, () => `It is tried again.\nNext: ${next}`);
    },
  );
}

function addCancel(payment: Command): void {
  const command = withIdempotency(
    one(payment, 'cancel', 'cancel a payment that surely is not at the provider'),
  ).option('--reason <text>', 'why; it stands in the audit log');
  handle<Idempotency & { readonly reason?: string }>(
    command,
    ['bursar payment cancel pay_… --reason "left the program"'],
    async ({ out, client }, { reason, ...options }, [id = '']) => {
      const answer = await client().post(changedPayment, pathOf(id, '/cancel'), {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: reason === undefined ? {} : { reason },
      });
      out.result(answer, () => `Payment ${id} is ${answer.payment.status}.`);
    },
  );
}
