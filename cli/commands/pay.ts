import type { Command } from 'commander';
import { quickPayment } from '../answers.ts';
import { confirmMoney } from '../confirm.ts';
import { usageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { assertApproved } from '../needs-approval.ts';
import { followBatch } from '../follow.ts';
import { idempotencyKey } from '../idempotency.ts';
import { minorUnitsOf, moneyOf } from '../money.ts';
import { withIdempotency, withYes, type Idempotency } from '../options.ts';
import { handle } from '../session.ts';
import { addPayList } from './pay-list.ts';

interface Pay extends Idempotency {
  readonly amount?: string;
  readonly currency?: string;
  readonly provider?: string;
  readonly note?: string;
  readonly wait?: boolean;
  readonly yes?: boolean;
  readonly overrideMinimum?: string;
}

/** `bursar pay`: a batch of one payee, or of a list of amounts, executed at once. */
export function addPay(program: Command): void {
  const pay = program.command('pay').description('pay one payee, or a list of amounts, at once');
  addPayOne(pay);
  addPayList(pay);
}

function addPayOne(pay: Command): void {
  const command = withYes(
    withIdempotency(
      pay
        .command('one', { isDefault: true })
        .description('pay one payee all that is payable, at once')
        .argument('<affiliate>', 'the payee')
        .option('--amount <amount>', 'refuse where it is not this, in major units like 12.34')
        .option('--currency <code>', "the currency; the payee's own where left out")
        .option('--provider <name>', 'who moves the money')
        .option('--note <text>', 'what it is for')
        .option('--override-minimum <reason>', 'pay also what is below our minimum, and say why')
        .option('--wait', 'follow it to its end; exit 0 paid, 1 failed'),
    ),
  );
  handle<Pay>(
    command,
    ['bursar pay aff_… --wait', 'bursar pay aff_… --amount 12.34 --currency USD --yes'],
    async (session, options, [id = '']) => {
      const { currency, provider, note, overrideMinimum } = options;
      const body = {
        ...(currency && { currency }),
        ...(provider && { provider }),
        ...(note && { note }),
        ...(overrideMinimum && { overrideMinimum: { reason: overrideMinimum } }),
        ...amountOf(options),
      };
      await confirmMoney(session, options.yes, `Pay ${id} all that is payable?`);
      const path = `/api/disbursement/affiliates/${encodeURIComponent(id)}/pay`;
      const answer = await session.client().post(quickPayment, path, {
        idempotencyKey: idempotencyKey(session.out, options.idempotencyKey),
        body,
      });
      if (options.wait === true) {
        assertApproved(answer.batch);
        return followBatch(session, answer.batch.id);
      }
      const { payment, batch } = answer;
      session.out.result(
        answer,
        () =>
          `${moneyOf(payment.amount, payment.currency)} ${batch.status === 'PENDING' ? 'waits to be approved' : 'is on its way'} (${payment.id}).\nNext: bursar batch watch ${batch.id}`,
      );
      return EXIT.ok;
    },
  );
}

function amountOf({ amount, currency }: Pay): { amount?: number } {
  if (amount === undefined) return {};
  if (currency === undefined) {
    throw usageError('--amount needs a currency.', 'Add --currency, like --currency USD.');
  }
  return { amount: minorUnitsOf(amount, currency) };
}
