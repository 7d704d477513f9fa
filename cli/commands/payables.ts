import type { Command } from 'commander';
import {
  affiliateDetails,
  payablesPage,
  type AffiliateDetails,
  type PayablesPage,
} from '../answers.ts';
import { whyNotPaid } from '../answers/payables.ts';
import { moneyOf } from '../money.ts';
import { moreText, withPaging, type Paging } from '../options.ts';
import { whyNotPaidText } from '../output/render-why-not-paid.ts';
import type { Style } from '../output/style.ts';
import { pairs, table } from '../output/table.ts';
import { PROGRAMME, programmeIdOf } from '../programme-id.ts';
import { handle } from '../session.ts';

interface Filter extends Paging {
  readonly currency?: string;
  readonly provider?: string;
  readonly find?: string;
  readonly ready?: boolean;
  readonly notReady?: boolean;
}

/** `bursar payables`: who can be paid, and who cannot and why. */
export function addPayables(program: Command): void {
  const payables = program
    .command('payables')
    .description('who can be paid, and who cannot and why');
  const list = withPaging(payables.command('list', { isDefault: true }).description('all of them'))
    .option('--currency <code>', 'only in this currency')
    .option('--provider <name>', 'as seen by this provider')
    .option('--find <text>', 'only those whose name, email or id fits')
    .option('--ready', 'only those who can be paid now')
    .option('--not-ready', 'only those who cannot');
  handle<Filter>(
    list,
    ['bursar payables', 'bursar payables --not-ready', 'bursar payables --currency EUR --json'],
    async ({ out, client }, { find, ready, notReady, ...query }) => {
      const wanted = ready === true ? true : notReady === true ? false : undefined;
      const answer = await client().get(payablesPage, '/api/disbursement/affiliates/payable', {
        query: { ...query, q: find, ready: wanted },
      });
      out.result(answer, () => payablesText(answer, out.style));
    },
  );
  const why = payables
    .command('why')
    .description('what one payee is owed, and all that keeps it from being paid')
    .argument('<affiliate>', 'the payee')
    .option('--currency <code>', 'only in this currency')
    .option('--provider <name>', 'as seen by this provider')
    .option(PROGRAMME, "what was earned in it, by its payout rules; else by the first one's");
  handle<Why>(
    why,
    ['bursar payables why aff_…', 'bursar payables why aff_… --currency EUR --provider xendit'],
    async ({ out, client }, { currency, provider, programme }, [id = '']) => {
      const path = `/api/disbursement/affiliates/${encodeURIComponent(id)}`;
      const api = client();
      const { affiliate } = await api.get(affiliateDetails, path);
      const found = await api.get(whyNotPaid, `${path}/why-not-paid`, {
        query: { currency, provider, programmeId: await programmeIdOf(api, programme) },
      });
      out.result(
        { affiliate, ...found },
        () => `${headText(affiliate)}\n\n${whyNotPaidText(found, out.style)}`,
      );
    },
  );
}

interface Why {
  readonly currency?: string;
  readonly provider?: string;
  readonly programme?: string;
}

type Row = PayablesPage['affiliates'][number];

function payablesText({ affiliates, summary, nextCursor }: PayablesPage, style: Style): string {
  const totals = Object.entries(summary.totalPendingAmount).map(([currency, amount]) =>
    moneyOf(amount, currency),
  );
  const head = `${summary.readyForPayout} of ${summary.totalAffiliates} can be paid; payable ${totals.join(', ') || 'nothing'}`;
  if (affiliates.length === 0) return head;
  const rows = affiliates.map((row) => [
    row.id,
    row.fullName,
    moneyOf(row.pendingAmount, row.currency),
    String(row.pendingCommissionCount),
    reasonsOf(row, style),
  ]);
  const columns = [
    { title: 'ID' },
    { title: 'NAME' },
    { title: 'PAYABLE', right: true },
    { title: 'COMMISSIONS', right: true },
    { title: '' },
  ];
  return `${head}\n\n${table(columns, rows, style.dim)}${moreText(nextCursor)}`;
}

const reasonsOf = ({ reasons }: Row, style: Style): string =>
  reasons.length === 0
    ? style.good('ready')
    : style.warn(reasons.map(({ code }) => code).join(', '));

const headText = (affiliate: AffiliateDetails): string =>
  pairs([
    ['payee', `${affiliate.fullName}  ${affiliate.id}`],
    ['external', affiliate.externalId],
    ...affiliate.accounts.map(
      ({ provider, accountRef, kycStatus }) =>
        ['account', `${accountRef} at ${provider}, verification ${kycStatus}`] as const,
    ),
  ]);
