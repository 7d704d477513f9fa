import { Tabs } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useMay } from '../../lib/may.ts';
import { allOf, no, YES } from '../../lib/verdict.ts';
import type { Preview } from '../../lib/queries.ts';
import { count, providerLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { WHOLE_LIST } from '../../ui/list-props.ts';
import { Figure, Figures } from '../../ui/facts.tsx';
import { Money } from '../../ui/money.tsx';
import { Empty, Note } from '../../ui/note.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import classes from './new-batch.module.css';

interface Row {
  id: string;
  commissionCount: number;
  payments: number;
  totalAmount: number;
  currency: string;
  reason: string | null;
}

const helper = columnsOf<Row>();
const id = helper.accessor('id', {
  header: 'Payee',
  meta: { width: '150px' },
  cell: ({ getValue }) => <CopyId id={getValue()} label="payee id" />,
});
const commissions = helper.accessor('commissionCount', {
  header: 'Commissions',
  meta: { width: '96px', align: 'end', hideBelow: 560 },
});
const amount = helper.accessor('totalAmount', {
  header: 'Amount',
  meta: { width: 'minmax(110px, 150px)', align: 'end' },
  cell: ({ row: { original } }) => (
    <Money amount={original.totalAmount} currency={original.currency} strong />
  ),
});
const paidColumns = helper.columns([
  id,
  helper.accessor('payments', {
    header: 'Payments',
    meta: { width: 'minmax(80px, 1fr)', align: 'end', hideBelow: 560 },
  }),
  commissions,
  amount,
]) as Columns<Row>;
const skippedColumns = helper.columns([
  id,
  helper.accessor('reason', { header: 'Why', meta: { width: 'minmax(140px, 1fr)' } }),
  commissions,
  amount,
]) as Columns<Row>;

/** What the batch would pay, whom it would leave out and why, and whether the balance is there. */
export function PreviewStep({
  preview: { preview, summary },
  back,
  onNext,
}: {
  preview: Preview;
  back: ReactNode;
  onNext: () => void;
}) {
  const may = useMay();
  const rows = useMemo(
    () => preview.map((row) => ({ ...row, id: row.affiliateId, currency: summary.currency })),
    [preview, summary.currency],
  );
  const paid = useMemo(() => rows.filter(({ eligible }) => eligible), [rows]);
  const skipped = useMemo(() => rows.filter(({ eligible }) => !eligible), [rows]);
  return (
    <>
      <Sums summary={summary} />
      <Tabs defaultValue="paid" keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="paid">Paid ({paid.length.toLocaleString('en')})</Tabs.Tab>
          <Tabs.Tab value="skipped">Left out ({skipped.length.toLocaleString('en')})</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="paid">
          <Rows label="Paid" columns={paidColumns} rows={paid} />
        </Tabs.Panel>
        <Tabs.Panel value="skipped">
          {summary.skipped.length > 0 && (
            <ul className={classes['skips']}>
              {summary.skipped.map((skip) => (
                <li key={skip.code}>
                  <strong>{count(skip.count, 'payee')}</strong>: {skip.sentence}{' '}
                  <span className="soft">{skip.remedy}</span>
                </li>
              ))}
            </ul>
          )}
          <Rows label="Left out" columns={skippedColumns} rows={skipped} />
        </Tabs.Panel>
      </Tabs>
      <div className={classes['foot']}>
        {back}
        <ActButton
          verdict={allOf(
            summary.eligibleAffiliates > 0 ? YES : no('Nobody of these can be paid now.'),
            may('create'),
          )}
          onClick={onNext}
        >
          Go on
        </ActButton>
      </div>
    </>
  );
}

/** What it comes to, and whether the balance is there for it. */
function Sums({ summary }: { summary: Preview['summary'] }) {
  const money = (value: number) => <Money amount={value} currency={summary.currency} />;
  return (
    <>
      <Figures>
        <Figure label={`To pay by ${providerLabel(summary.provider)}`}>
          {money(summary.totalAmount)}
        </Figure>
        <Figure label="Payees" note={count(summary.payments, 'payment')}>
          {summary.eligibleAffiliates.toLocaleString('en')}
        </Figure>
        <Figure label="Estimated fees">{money(summary.estimatedFees)}</Figure>
        <Figure label="Left out">
          {(summary.totalAffiliates - summary.eligibleAffiliates).toLocaleString('en')}
        </Figure>
        <Figure label="Balance at the provider">
          {summary.providerBalance === undefined ? 'not told' : money(summary.providerBalance)}
        </Figure>
      </Figures>
      {summary.balanceSuffices === false && (
        <Note tone="doubt">
          <p>
            The balance at the provider is less than what this batch would pay. It can be made; what
            the balance does not cover is held until it is topped up.
          </p>
        </Note>
      )}
    </>
  );
}

function Rows({
  label,
  columns,
  rows,
}: {
  label: string;
  columns: Columns<Row>;
  rows: readonly Row[];
}) {
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={rows}
      {...WHOLE_LIST}
      empty={
        <Empty title="Nobody">
          <p>{label === 'Paid' ? 'See “Left out” for the reasons.' : 'Everybody would be paid.'}</p>
        </Empty>
      }
    />
  );
}
