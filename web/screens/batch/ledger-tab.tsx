import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ledgerOfBatchQuery } from '../../lib/queries.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Money } from '../../ui/money.tsx';
import { Empty } from '../../ui/note.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';

interface Row {
  id: string;
  entryId: string;
  account: string;
  side: 'debit' | 'credit';
  amount: number;
  currency: string;
  createdAt: string;
}

const side =
  (of: Row['side']) =>
  ({ row: { original } }: { row: { original: Row } }) =>
    original.side === of ? <Money amount={original.amount} currency={original.currency} /> : null;

const helper = columnsOf<Row>();
const columns = helper.columns([
  helper.accessor('createdAt', {
    header: 'Booked',
    meta: { width: '140px', hideBelow: 560 },
    cell: ({ getValue }) => <Time at={getValue()} />,
  }),
  helper.accessor('entryId', {
    header: 'Entry',
    meta: { width: 'minmax(120px, 2fr)', hideBelow: 560 },
    cell: ({ getValue }) => <span className="mono soft">{getValue()}</span>,
  }),
  helper.accessor('account', {
    header: 'Account',
    meta: { width: 'minmax(84px, 1.4fr)' },
    cell: ({ getValue }) => <span className="mono">{getValue()}</span>,
  }),
  helper.display({
    id: 'debit',
    header: 'Debit',
    meta: { width: 'minmax(92px, 130px)', align: 'end' },
    cell: side('debit'),
  }),
  helper.display({
    id: 'credit',
    header: 'Credit',
    meta: { width: 'minmax(92px, 130px)', align: 'end' },
    cell: side('credit'),
  }),
]) as Columns<Row>;

const NOTHING: readonly Row[] = [];

/** The lines of the books that this batch has written. */
export function LedgerTab({ batchId }: { batchId: string }) {
  const list = useInfiniteQuery(ledgerOfBatchQuery(batchId));
  const rows = useMemo(
    () =>
      list.data?.pages.flatMap(({ entries }) =>
        entries.map((entry): Row => ({ ...entry, id: `${entry.entryId} ${entry.line}` })),
      ) ?? NOTHING,
    [list.data],
  );
  return (
    <DataTable
      label="Ledger lines"
      columns={columns}
      rows={rows}
      {...listProps(list)}
      empty={
        <Empty title="Nothing is booked yet">
          <p>Lines are written when payments are sent and when they end.</p>
        </Empty>
      }
    />
  );
}
