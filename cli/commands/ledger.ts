import type { Command } from 'commander';
import { balancesAnswer, checkAnswer, linePage } from '../answers/ledger.ts';
import { EXIT } from '../exit-codes.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { balanceTable, checkText, lineTable } from '../output/render-ledger.ts';
import { handle } from '../session.ts';

/** `bursar ledger`: the books. */
export function addLedger(program: Command): void {
  const ledger = program.command('ledger').description('the books: balances, entries, a check');
  addBalances(ledger);
  addEntries(ledger);
  addCheck(ledger);
}

const PATH = '/api/disbursement/ledger';

interface LineFilter {
  readonly account?: string;
  readonly payee?: string;
  readonly batch?: string;
  readonly escrow?: string;
}

const withLineFilter = (command: Command): Command =>
  command
    .option('--account <name>', "only this account, or all of a kind: 'provider_clearing/*'")
    .option('--payee <id>', 'only lines of this payee')
    .option('--batch <id>', 'only lines of this batch')
    .option('--escrow <id>', 'only lines of this escrow');

interface BalanceFilter extends LineFilter {
  readonly currency?: string;
}

function addBalances(ledger: Command): void {
  const command = ledger
    .command('balances')
    .description('what stands in each account, or what some lines come to');
  withLineFilter(command).option('--currency <code>', 'only in this currency');
  handle<BalanceFilter>(
    command,
    ['bursar ledger balances', 'bursar ledger balances --payee aff_… --currency USD --json'],
    async ({ out, client }, { payee, batch, escrow, ...query }) => {
      const answer = await client().get(balancesAnswer, `${PATH}/balances`, {
        query: { ...query, payeeId: payee, batchId: batch, escrowId: escrow },
      });
      out.result(answer, () => balanceTable(answer.balances, out.style));
    },
  );
}

interface EntryFilter extends LineFilter, Paging {
  readonly payment?: string;
  readonly entry?: string;
  readonly from?: string;
  readonly to?: string;
}

function addEntries(ledger: Command): void {
  const command = withPaging(ledger.command('entries').description('lines of the books, by entry'));
  withLineFilter(command)
    .option('--payment <id>', 'only lines of this payment')
    .option('--entry <id>', 'only this entry')
    .option('--from <time>', 'from then on, ISO 8601')
    .option('--to <time>', 'before then, ISO 8601');
  handle<EntryFilter>(
    command,
    [
      'bursar ledger entries --payment pay_…',
      "bursar ledger entries --account 'returned/*' --json",
    ],
    async ({ out, client }, { payee, batch, escrow, payment, entry, ...query }) => {
      const ids = { payeeId: payee, batchId: batch, escrowId: escrow, paymentId: payment };
      const answer = await client().get(linePage, `${PATH}/entries`, {
        query: { ...query, ...ids, entryId: entry },
      });
      out.result(answer, () => lineTable(answer.entries, out.style) + moreText(answer.nextCursor));
    },
  );
}

function addCheck(ledger: Command): void {
  const command = ledger
    .command('check')
    .description('whether every entry balances and agrees with what is stored; exit 1 where not');
  handle(command, ['bursar ledger check', 'bursar ledger check --json'], async (session) => {
    const answer = await session.client().get(checkAnswer, `${PATH}/check`);
    session.out.result(answer, () => checkText(answer, session.out.style));
    return answer.balanced ? EXIT.ok : EXIT.failed;
  });
}
