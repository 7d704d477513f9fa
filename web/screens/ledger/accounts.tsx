import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { DataTable } from '../../ui/data-table.tsx';
import { Figure, Figures } from '../../ui/facts.tsx';
import { WHOLE_LIST } from '../../ui/list-props.ts';
import { Money } from '../../ui/money.tsx';
import { Empty } from '../../ui/note.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import type { Balance } from './api.ts';
import { balancesQuery } from './queries.ts';
import { SidedMoney } from './sided-money.tsx';

interface Row extends Balance {
  id: string;
}

/** What accounts are for; those of a provider are named by what stands before the slash. */
const ABOUT: Readonly<Record<string, string>> = {
  commission_expense: 'what payees have earned',
  bad_debt_expense: 'debts that were written off',
  payee_payable: 'owed to payees, and not yet paid',
  provider_clearing: 'money at a provider; payments are credits',
  returned: 'parts that came back, until somebody decides',
  escrow_liability: 'held for others',
  platform_revenue: 'fees of the platform',
  tax_payable: 'tax that was withheld',
};

const helper = columnsOf<Row>();
const money =
  (key: 'debit' | 'credit') =>
  ({ row: { original } }: { row: { original: Row } }) =>
    original[key] === 0 ? (
      <span className="soft">—</span>
    ) : (
      <Money amount={original[key]} currency={original.currency} />
    );

const columns = helper.columns([
  helper.accessor('account', {
    header: 'Account',
    meta: { width: 'minmax(140px, 1.2fr)' },
    cell: ({ getValue }) => <span className="mono">{getValue()}</span>,
  }),
  helper.display({
    id: 'about',
    header: 'What it holds',
    meta: { width: 'minmax(120px, 1.6fr)', hideBelow: 1080 },
    cell: ({ row }) => (
      <span className="soft">{ABOUT[row.original.account.split('/')[0] ?? ''] ?? ''}</span>
    ),
  }),
  helper.accessor('type', {
    header: 'Kind',
    meta: { width: '76px', hideBelow: 800 },
    cell: ({ getValue }) => <span className="soft">{getValue() ?? 'unknown'}</span>,
  }),
  helper.display({
    id: 'debit',
    header: 'Debits',
    meta: { width: 'minmax(112px, 150px)', align: 'end', hideBelow: 560 },
    cell: money('debit'),
  }),
  helper.display({
    id: 'credit',
    header: 'Credits',
    meta: { width: 'minmax(112px, 150px)', align: 'end', hideBelow: 560 },
    cell: money('credit'),
  }),
  helper.accessor('balance', {
    header: 'Balance',
    meta: { width: 'minmax(136px, 190px)', align: 'end' },
    cell: ({ row: { original } }) => <SidedMoney {...original} />,
  }),
]) as Columns<Row>;

const NOTHING: readonly Row[] = [];

/** Every account with its balance; a row opens its lines. */
export function Accounts({ onOpen }: { onOpen: (balance: Balance) => void }) {
  const { data, error, isPending, refetch } = useQuery(balancesQuery);
  const rows = useMemo(
    () => data?.map((row): Row => ({ ...row, id: `${row.account} ${row.currency}` })) ?? NOTHING,
    [data],
  );
  return (
    <>
      <ZeroSums rows={rows} />
      <DataTable
        label="Accounts"
        columns={columns}
        rows={rows}
        {...WHOLE_LIST}
        isPending={isPending}
        error={error}
        onRetry={() => void refetch()}
        onOpen={onOpen}
        empty={
          <Empty title="Nothing is booked yet">
            <p>
              The first entry is written when a commission becomes payable.{' '}
              <Link to="/payables">See who can be paid</Link>.
            </p>
          </Empty>
        }
      />
    </>
  );
}

/** Debit less credit over all accounts, currency by currency: always nothing. */
function ZeroSums({ rows }: { rows: readonly Row[] }) {
  const sums = new Map<string, number>();
  for (const { currency, balance } of rows) sums.set(currency, (sums.get(currency) ?? 0) + balance);
  if (sums.size === 0) return null;
  return (
    <Figures>
      {[...sums].map(([currency, sum]) => (
        <Figure
          key={currency}
          label={`All accounts in ${currency}`}
          note={
            sum === 0 ? (
              <Badge label="Sums to zero" tone="good" icon={IconCircleCheck} />
            ) : (
              <Badge label="Does not sum to zero" tone="bad" icon={IconAlertTriangle} />
            )
          }
        >
          <Money amount={sum} currency={currency} />
        </Figure>
      ))}
    </Figures>
  );
}
