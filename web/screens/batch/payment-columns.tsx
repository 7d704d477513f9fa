import type { Payment } from '../../lib/queries.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { Money } from '../../ui/money.tsx';
import { pickColumn } from '../../ui/pick-column.tsx';
import { PaymentBadge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';
import type { Picked } from '../../ui/use-picked.ts';

const helper = columnsOf<Payment>();

const COLUMNS = helper.columns([
  helper.accessor('id', {
    header: 'Payment',
    meta: { width: 'minmax(64px, 132px)' },
    cell: ({ getValue }) => <CopyId id={getValue()} label="payment id" />,
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
  helper.accessor('accountRef', {
    header: 'Account',
    meta: { width: 'minmax(100px, 1fr)', hideBelow: 1080 },
    cell: ({ getValue }) => <span className="mono soft">{getValue()}</span>,
  }),
  helper.accessor('providerPaymentId', {
    header: 'At the provider',
    meta: { width: 'minmax(100px, 1fr)', hideBelow: 1080 },
    cell: ({ getValue }) => {
      const id = getValue();
      return id === null ? null : <CopyId id={id} label="id at the provider" />;
    },
  }),
  helper.accessor('chunk', {
    header: 'Chunk',
    meta: { width: '56px', align: 'end', hideBelow: 1080 },
    cell: ({ getValue }) => <span className="amount">{getValue() + 1}</span>,
  }),
  helper.accessor('attempts', {
    header: 'Attempt',
    meta: { width: '64px', align: 'end', hideBelow: 800 },
    cell: ({ getValue }) => <span className="amount">{getValue()}</span>,
  }),
  helper.display({
    id: 'since',
    header: 'Since',
    meta: { width: '64px', align: 'end', hideBelow: 800 },
    cell: ({ row: { original } }) => (
      <Age at={original.completedAt ?? original.submittedAt ?? original.createdAt} />
    ),
  }),
  helper.accessor('amount', {
    header: 'Amount',
    meta: { width: 'minmax(104px, 140px)', align: 'end' },
    cell: ({ row }) => (
      <Money amount={row.original.amount} currency={row.original.currency} strong />
    ),
  }),
]) as Columns<Payment>;

export const paymentColumns = (picked: Picked<Payment>): Columns<Payment> => [
  pickColumn(picked, ({ id }) => `payment ${id}`, { hideBelow: 560 }),
  ...COLUMNS,
];
