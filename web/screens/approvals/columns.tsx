import { Link } from '@tanstack/react-router';
import { isOwn } from '../../lib/needs-me.ts';
import type { Batch, Session } from '../../lib/queries.ts';
import { actorLabel, count, providerLabel } from '../../lib/words.ts';
import { Money } from '../../ui/money.tsx';
import { pickColumn } from '../../ui/pick-column.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';
import type { Picked } from '../../ui/use-picked.ts';

const helper = columnsOf<Batch>();

/** Which batch, and whose word it waits for. */
const waitColumns = helper.columns([
  helper.accessor('batchNumber', {
    header: 'Batch',
    meta: { width: '60px' },
    cell: ({ row: { original } }) => (
      <Link
        to="/batches/$batchId"
        params={{ batchId: original.id }}
        search={{ tab: 'approvals' }}
        onClick={(event) => event.stopPropagation()}
      >
        {original.batchNumber}
      </Link>
    ),
  }),
  helper.display({
    id: 'why',
    header: 'Asked for by',
    meta: { width: 'minmax(90px, 2fr)' },
    cell: ({ row: { original } }) => (
      <span title={original.approvals.requirements.map(({ reason }) => reason).join(' ')}>
        {original.approvals.requirements.map(({ name }) => name).join(', ')}
      </span>
    ),
  }),
  helper.display({
    id: 'lacking',
    header: 'Missing',
    meta: { width: 'minmax(110px, 1fr)', hideBelow: 560 },
    cell: ({ row: { original } }) =>
      original.approvals.missing === 0 ? (
        <Badge label="Given" tone="good" />
      ) : (
        <span className="soft">
          {original.approvals.lacking
            .map((step) => count(step.count, step.role.replace('_', ' ')))
            .join(', ')}
        </span>
      ),
  }),
]);

/** Who made it, how, and what it comes to. */
const batchColumnsFor = (session: Session) =>
  helper.columns([
    helper.accessor('createdBy', {
      header: 'Made by',
      meta: { width: '128px', hideBelow: 800 },
      cell: ({ row: { original } }) =>
        isOwn(original, session) ? (
          <Badge label="You: others decide" tone="off" />
        ) : (
          actorLabel(original.createdBy, session.actor)
        ),
    }),
    helper.accessor('provider', {
      header: 'Provider',
      meta: { width: '120px', hideBelow: 1080 },
      cell: ({ getValue }) => providerLabel(getValue()),
    }),
    helper.accessor('createdAt', {
      header: 'Age',
      meta: { width: '60px', align: 'end', hideBelow: 560 },
      cell: ({ getValue }) => <Age at={getValue()} />,
    }),
    helper.accessor('paymentCount', {
      header: 'Payments',
      meta: { width: '76px', align: 'end', hideBelow: 800 },
      cell: ({ getValue }) => <span className="amount">{getValue().toLocaleString('en')}</span>,
    }),
    helper.accessor('totalAmount', {
      header: 'Amount',
      meta: { width: 'minmax(112px, 150px)', align: 'end' },
      cell: ({ row: { original } }) => (
        <Money amount={original.totalAmount} currency={original.currency} strong />
      ),
    }),
  ]);

/** The columns of the list; nothing is picked where nothing is to be decided. */
export const approvalColumns = (session: Session, picked: Picked<Batch> | null) =>
  [
    ...(picked ? [pickColumn(picked, ({ batchNumber }) => `batch ${batchNumber}`)] : []),
    ...waitColumns,
    ...batchColumnsFor(session),
  ] as Columns<Batch>;
