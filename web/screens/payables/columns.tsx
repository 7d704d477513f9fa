import { Tooltip, VisuallyHidden } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Payable } from '../../lib/queries.ts';
import { Money } from '../../ui/money.tsx';
import { pickColumn } from '../../ui/pick-column.tsx';
import { Badge, SmallBadge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';
import type { Picked } from '../../ui/use-picked.ts';
import { reasonLabel } from './reasons.ts';

/** A payee may stand in the list once for each currency. */
export interface PayableRow extends Payable {
  affiliateId: string;
}

export const rowIdOf = ({ id, currency }: Payable): string => `${id}/${currency}`;
export const affiliateOf = (rowId: string): string => rowId.split('/')[0] ?? rowId;
export const currencyOf = (rowId: string): string => rowId.split('/')[1] ?? '';

const helper = columnsOf<PayableRow>();

const COLUMNS = helper.columns([
  helper.display({
    id: 'ready-small',
    header: () => <VisuallyHidden>Can be paid</VisuallyHidden>,
    meta: { width: '18px', hideFrom: 560 },
    cell: ({ row }) => <Reasons payable={row.original} small />,
  }),
  helper.accessor('fullName', {
    header: 'Payee',
    meta: { width: 'minmax(70px, 2fr)' },
    cell: ({ row }) => (
      <>
        <Link
          to="/recipients/$recipientId"
          params={{ recipientId: row.original.affiliateId }}
          onClick={(event) => event.stopPropagation()}
        >
          {row.original.fullName}
        </Link>{' '}
        <span className="soft">{row.original.country}</span>
      </>
    ),
  }),
  helper.accessor('email', {
    header: 'E-mail',
    meta: { width: 'minmax(140px, 2fr)', hideBelow: 1080 },
    cell: ({ getValue }) => <span className="soft">{getValue()}</span>,
  }),
  helper.display({
    id: 'ready',
    header: 'Can be paid',
    meta: { width: 'minmax(84px, 2fr)', hideBelow: 560 },
    cell: ({ row }) => <Reasons payable={row.original} />,
  }),
  helper.accessor('pendingCommissionCount', {
    header: 'Commissions',
    meta: { width: '96px', align: 'end', hideBelow: 800 },
    cell: ({ getValue }) => <span className="amount">{getValue().toLocaleString('en')}</span>,
  }),
  helper.accessor('oldestPendingDate', {
    header: 'Oldest',
    meta: { width: '72px', align: 'end', hideBelow: 800 },
    cell: ({ getValue }) => {
      const at = getValue();
      return at === null ? null : <Age at={at} />;
    },
  }),
  helper.accessor('paidAmount', {
    header: 'Paid so far',
    meta: { width: '140px', align: 'end', hideBelow: 1080 },
    cell: ({ row }) => <Money amount={row.original.paidAmount} currency={row.original.currency} />,
  }),
  helper.accessor('pendingAmount', {
    header: 'Payable',
    meta: { width: 'minmax(104px, 132px)', align: 'end' },
    cell: ({ row }) => (
      <Money amount={row.original.pendingAmount} currency={row.original.currency} strong />
    ),
  }),
]) as Columns<PayableRow>;

/** The columns of the list; who is picked shows in the first one. */
export const payableColumns = (picked: Picked<PayableRow>): Columns<PayableRow> => [
  pickColumn(picked, ({ fullName }) => fullName),
  ...COLUMNS,
];

/** Why a payee cannot be paid now, the first reason as a chip and all of them on pointing at it. */
function Reasons({ payable, small = false }: { payable: Payable; small?: boolean }) {
  const [first, ...more] = payable.reasons;
  const Sign = small ? SmallBadge : Badge;
  if (!first) return <Sign label="Ready" tone="good" icon={IconCircleCheck} />;
  return (
    <Tooltip label={payable.reasons.map(({ message }) => message).join(' ')} maw={360}>
      <span>
        <Sign
          label={`${reasonLabel(first.code)}${more.length > 0 ? ` +${more.length}` : ''}`}
          tone={first.code === 'below_minimum' || first.code === 'not_matured' ? 'off' : 'wait'}
        />
      </span>
    </Tooltip>
  );
}
