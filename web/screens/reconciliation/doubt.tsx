import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useMay } from '../../lib/may.ts';
import { useNow } from '../../lib/now.ts';
import type { Payment } from '../../lib/queries.ts';
import { PROVIDER_NAMES, providerLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { DetailDrawer } from '../../ui/detail-drawer.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Choice } from '../../ui/filters.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Money } from '../../ui/money.tsx';
import { Empty, Note } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { PaymentBadge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age, Time } from '../../ui/time.tsx';
import { doubtQuery } from './queries.ts';
import { ResolveDialog } from './resolve-dialog.tsx';
import type { ReconciliationSearch } from './search.ts';
import classes from './reconciliation.module.css';

const helper = columnsOf<Payment>();
const columns = helper.columns([
  helper.accessor('reference', {
    header: 'Reference',
    meta: { width: 'minmax(130px, 2fr)' },
    cell: ({ getValue }) => <CopyId id={getValue()} label="reference" />,
  }),
  helper.accessor('provider', {
    header: 'Provider',
    meta: { width: 'minmax(110px, 1fr)', hideBelow: 560 },
    cell: ({ getValue }) => providerLabel(getValue()),
  }),
  helper.accessor('failureReason', {
    header: 'Why nobody can tell',
    meta: { width: 'minmax(140px, 2fr)', hideBelow: 800 },
    cell: ({ getValue }) => <span className="soft">{getValue() ?? 'The answer was lost.'}</span>,
  }),
  helper.accessor('submittedAt', {
    header: 'Sent',
    meta: { width: '72px', align: 'end' },
    cell: ({ getValue }) => {
      const at = getValue();
      return at === null ? '—' : <Age at={at} />;
    },
  }),
  helper.accessor('dueAt', {
    header: 'Asked again',
    meta: { width: '140px', hideBelow: 800 },
    cell: ({ getValue }) => <Due at={getValue()} />,
  }),
  helper.accessor('amount', {
    header: 'Amount',
    meta: { width: 'minmax(112px, 150px)', align: 'end' },
    cell: ({ row: { original } }) => (
      <Money amount={original.amount} currency={original.currency} strong />
    ),
  }),
]) as Columns<Payment>;

/** When the provider is asked again; what is due waits for nothing but its turn. */
function Due({ at }: { at: string | null }) {
  const nowMs = useNow();
  return at === null || Date.parse(at) <= nowMs ? (
    <span className="soft">at once</span>
  ) : (
    <Time at={at} />
  );
}

const NOTHING: readonly Payment[] = [];

/** Payments that may or may not have been made. Nothing is sent again before that is known. */
export function Doubt({
  search: { provider, payment },
  change,
}: {
  search: ReconciliationSearch;
  change: (changed: Partial<ReconciliationSearch>) => void;
}) {
  const list = useInfiniteQuery(doubtQuery(provider));
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ payments }) => payments) ?? NOTHING,
    [list.data],
  );
  const open = rows.find(({ id }) => id === payment);
  return (
    <>
      <Bar label="Filters">
        <Choice
          label="Provider"
          value={provider}
          values={PROVIDER_NAMES}
          labelOf={providerLabel}
          onChange={(chosen) => change({ provider: chosen })}
        />
      </Bar>
      <DataTable
        label="Payments in doubt"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        onOpen={({ id }) => change({ payment: id })}
        empty={
          <Empty title="No payment is in doubt">
            <p>Where an answer gets lost, the provider is asked by itself until it is known.</p>
          </Empty>
        }
      />
      <DetailDrawer
        opened={open !== undefined}
        onClose={() => change({ payment: undefined })}
        title="Payment in doubt"
      >
        {open && <Known payment={open} />}
      </DetailDrawer>
    </>
  );
}

function Known({ payment }: { payment: Payment }) {
  const verdict = useMay()('reconcile');
  const [resolving, setResolving] = useState(false);
  return (
    <div className={classes['story']}>
      <div className={classes['top']}>
        <PaymentBadge status={payment.status} />
        <Money amount={payment.amount} currency={payment.currency} strong />
        <span>by {providerLabel(payment.provider)}</span>
      </div>
      <Note tone="doubt">
        <p>
          The provider is asked again by itself. Only where it cannot tell: ask its support about
          the reference, and record what it said.
        </p>
      </Note>
      <div className={`${classes['actions']} no-print`}>
        <ActButton verdict={verdict} onClick={() => setResolving(true)}>
          Record the verdict
        </ActButton>
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link
              to="/batches/$batchId"
              params={{ batchId: payment.batchId }}
              search={{ payment: payment.id }}
              {...props}
            />
          )}
        >
          Open in its batch
        </Button>
      </div>
      <Facts
        facts={{
          Reference: <CopyId id={payment.reference} label="reference" />,
          Payment: <CopyId id={payment.id} label="payment id" />,
          'At the provider': payment.providerPaymentId && (
            <CopyId id={payment.providerPaymentId} label="id at the provider" />
          ),
          Account: payment.accountRef && <span className="mono">{payment.accountRef}</span>,
          Sent: payment.submittedAt && <Time at={payment.submittedAt} seconds />,
          'Asked again': <Due at={payment.dueAt} />,
          Because: payment.failureReason,
        }}
      />
      {resolving && <ResolveDialog payment={payment} onClose={() => setResolving(false)} />}
    </div>
  );
}
