import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Payment } from '../../lib/queries.ts';
import { providerLabel } from '../../lib/words.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Money } from '../../ui/money.tsx';
import { Empty } from '../../ui/note.tsx';
import { PaymentBadge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age, Time } from '../../ui/time.tsx';
import { paymentsOfQuery } from './queries.ts';

const helper = columnsOf<Payment>();
const columns = helper.columns([
  helper.accessor('createdAt', {
    header: 'Made',
    meta: { width: '140px', hideBelow: 560 },
    cell: ({ getValue }) => <Time at={getValue()} />,
  }),
  helper.accessor('createdAt', {
    id: 'age',
    header: 'Age',
    meta: { width: '56px', hideFrom: 560 },
    cell: ({ getValue }) => <Age at={getValue()} />,
  }),
  helper.accessor('status', {
    header: 'State',
    meta: { width: '112px' },
    cell: ({ getValue }) => <PaymentBadge status={getValue()} />,
  }),
  helper.display({
    id: 'why',
    header: 'Why',
    meta: { width: 'minmax(120px, 2fr)', hideBelow: 800 },
    cell: ({ row }) => (
      <span className="soft">{row.original.failureReason ?? row.original.holdReason}</span>
    ),
  }),
  helper.accessor('provider', {
    header: 'Provider',
    meta: { width: '130px', hideBelow: 800 },
    cell: ({ getValue }) => providerLabel(getValue()),
  }),
  helper.accessor('completedAt', {
    header: 'Ended',
    meta: { width: '140px', hideBelow: 560 },
    cell: ({ getValue }) => {
      const at = getValue();
      return at === null ? null : <Time at={at} />;
    },
  }),
  helper.accessor('id', {
    header: 'Payment',
    meta: { width: '132px', hideBelow: 1080 },
    cell: ({ getValue }) => <CopyId id={getValue()} label="payment id" />,
  }),
  helper.accessor('amount', {
    header: 'Amount',
    meta: { width: 'minmax(104px, 150px)', align: 'end' },
    cell: ({ row }) => (
      <Money amount={row.original.amount} currency={row.original.currency} strong />
    ),
  }),
]) as Columns<Payment>;

const NOTHING: readonly Payment[] = [];

/** Every payment to the recipient, newest first; each opens beside its batch. */
export function PaymentsTab({ personId }: { personId: string }) {
  const list = useInfiniteQuery(paymentsOfQuery(personId));
  const navigate = useNavigate();
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ payments }) => payments) ?? NOTHING,
    [list.data],
  );
  return (
    <DataTable
      label="Payments"
      columns={columns}
      rows={rows}
      {...listProps(list)}
      onOpen={({ id, batchId }) =>
        void navigate({ to: '/batches/$batchId', params: { batchId }, search: { payment: id } })
      }
      empty={
        <Empty title="Nothing was paid yet">
          <p>Payments stand here once a batch has one for this recipient.</p>
        </Empty>
      }
    />
  );
}
