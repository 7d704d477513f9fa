import type { Command } from 'commander';
import { debtPage, writtenOff } from '../answers/holds.ts';
import { confirmMoney } from '../confirm.ts';
import { idempotencyKey } from '../idempotency.ts';
import { minorUnitsOf, moneyOf } from '../money.ts';
import {
  moreText,
  withIdempotency,
  withPaging,
  withYes,
  type Idempotency,
  type Paging,
} from '../options.ts';
import { debtTable } from '../output/render-hold.ts';
import { handle } from '../session.ts';

/** `bursar debt`: who owes something, and what is not asked back any more. */
export function addDebt(program: Command): void {
  const debt = program.command('debt').description('affiliates that owe something');
  addList(debt);
  addWriteOff(debt);
}

function addList(debt: Command): void {
  const command = withPaging(
    debt.command('list').description('who owes how much, and since when'),
  ).option('--currency <code>', 'only this currency');
  handle<Paging & { readonly currency?: string }>(
    command,
    ['bursar debt list --currency USD'],
    async ({ out, client }, query) => {
      const answer = await client().get(debtPage, '/api/disbursement/debts', {
        query: { ...query },
      });
      out.result(answer, () => debtTable(answer.debts, out.style) + moreText(answer.nextCursor));
    },
  );
}

interface WriteOff extends Idempotency {
  readonly currency: string;
  readonly amount?: string;
  readonly reason: string;
  readonly yes?: boolean;
}

function addWriteOff(debt: Command): void {
  const command = withYes(
    withIdempotency(
      debt
        .command('write-off')
        .description('write off what an affiliate owes, or a part of it')
        .argument('<affiliate>', 'who owes it'),
    ),
  )
    .requiredOption('--currency <code>', 'of the debt, like USD')
    .option('--amount <amount>', 'in major units; all of the debt, where none is given')
    .requiredOption('--reason <text>', 'why');
  handle<WriteOff>(
    command,
    ['bursar debt write-off aff_… --currency USD --reason "out of business" --yes'],
    async (session, { currency, amount, reason, yes, ...options }, [id = '']) => {
      const { out, client } = session;
      const minor = amount === undefined ? undefined : minorUnitsOf(amount, currency);
      const what =
        minor === undefined ? `all that is owed in ${currency}` : moneyOf(minor, currency);
      await confirmMoney(session, yes, `Write off ${what} of ${id}?`);
      const path = `/api/disbursement/affiliates/${encodeURIComponent(id)}/write-offs`;
      const answer = await client().post(writtenOff, path, {
        idempotencyKey: idempotencyKey(out, options.idempotencyKey),
        body: { currency, reason, ...(minor !== undefined && { amount: minor }) },
      });
      const { writeOff } = answer;
      out.result(
        answer,
        () =>
          `${moneyOf(writeOff.amount, writeOff.currency)} of ${writeOff.affiliateId} are written off.`,
      );
    },
  );
}
