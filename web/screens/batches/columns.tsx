import { Link } from '@tanstack/react-router';
import type { Batch, Session } from '../../lib/queries.ts';
import { waitingOn } from '../../lib/waiting-on.ts';
import { actorLabel, providerLabel } from '../../lib/words.ts';
import { Money } from '../../ui/money.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { BatchBadge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';

const helper = columnsOf<Batch>();

export const batchColumns = (session: Session): Columns<Batch> =>
  helper.columns([
    helper.accessor('batchNumber', {
      header: 'Batch',
      meta: { width: '64px' },
      cell: ({ row }) => (
        <Link
          to="/batches/$batchId"
          params={{ batchId: row.original.id }}
          onClick={(event) => event.stopPropagation()}
          className="amount"
        >
          {row.original.batchNumber}
        </Link>
      ),
    }),
    helper.accessor('status', {
      header: 'State',
      meta: { width: '112px' },
      cell: ({ row }) => (
        <BatchBadge
          status={row.original.status}
          paused={row.original.pausedReason !== null}
          stalled={row.original.stalled !== null}
        />
      ),
    }),
    helper.display({
      id: 'progress',
      header: 'Paid, in flight, failed',
      meta: { width: 'minmax(110px, 1.4fr)', hideBelow: 800 },
      cell: ({ row }) => (
        <ProgressBar counts={row.original.counts} total={row.original.paymentCount} />
      ),
    }),
    helper.display({
      id: 'waitingOn',
      header: 'Waiting on',
      meta: { width: 'minmax(120px, 1.6fr)', hideBelow: 800 },
      cell: ({ row }) => <span className="soft">{waitingOn(row.original)}</span>,
    }),
    helper.accessor('provider', {
      header: 'Provider',
      meta: { width: '120px', hideBelow: 1080 },
      cell: ({ getValue }) => providerLabel(getValue()),
    }),
    helper.accessor('createdBy', {
      header: 'Made by',
      meta: { width: '120px', hideBelow: 1080 },
      cell: ({ getValue }) => actorLabel(getValue(), session.actor),
    }),
    helper.accessor('createdAt', {
      header: 'Age',
      meta: { width: '64px', align: 'end', hideBelow: 560 },
      cell: ({ getValue }) => <Age at={getValue()} />,
    }),
    helper.accessor('paymentCount', {
      header: 'Payments',
      meta: { width: '80px', align: 'end', hideBelow: 560 },
      cell: ({ getValue }) => <span className="amount">{getValue().toLocaleString('en')}</span>,
    }),
    helper.accessor('totalAmount', {
      header: 'Amount',
      meta: { width: 'minmax(112px, 150px)', align: 'end' },
      cell: ({ row }) => (
        <Money amount={row.original.totalAmount} currency={row.original.currency} strong />
      ),
    }),
  ]) as Columns<Batch>;
