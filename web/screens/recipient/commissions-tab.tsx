import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Tone } from '../../lib/words.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Figure, Figures } from '../../ui/facts.tsx';
import { Choice } from '../../ui/filters.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Money, MoneyList } from '../../ui/money.tsx';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import { CommissionDrawer } from './commission-drawer.tsx';
import { commissionsQuery, type Commission, type CommissionChoice } from './queries.ts';
import { COMMISSION_CHOICES, type RecipientSearch } from './search.ts';
import classes from './recipient.module.css';

const WORDS: Readonly<Record<CommissionChoice, { label: string; tone: Tone }>> = {
  PENDING: { label: 'Not matured', tone: 'wait' },
  APPROVED: { label: 'Matured', tone: 'move' },
  PAID: { label: 'Paid', tone: 'good' },
  REVERSED: { label: 'Reversed', tone: 'off' },
};

const helper = columnsOf<Commission>();
const columns = helper.columns([
  helper.accessor('earnedAt', {
    header: 'Earned',
    meta: { width: 'minmax(84px, 140px)' },
    cell: ({ getValue }) => <Time at={getValue()} />,
  }),
  helper.accessor('status', {
    header: 'State',
    meta: { width: '104px' },
    cell: ({ getValue }) => <Badge {...WORDS[getValue()]} />,
  }),
  helper.accessor('description', {
    header: 'What for',
    meta: { width: 'minmax(100px, 2fr)', hideBelow: 560 },
    cell: ({ getValue, row }) =>
      getValue() ?? <span className="soft">{row.original.externalId}</span>,
  }),
  helper.accessor('externalId', {
    header: 'Your id',
    meta: { width: 'minmax(100px, 1fr)', hideBelow: 1080 },
    cell: ({ getValue }) => <span className="mono soft">{getValue()}</span>,
  }),
  helper.accessor('availableAt', {
    header: 'Matures',
    meta: { width: '140px', hideBelow: 800 },
    cell: ({ getValue }) => {
      const at = getValue();
      return at === null ? null : <Time at={at} />;
    },
  }),
  helper.accessor('amount', {
    header: 'Amount',
    meta: { width: 'minmax(104px, 150px)', align: 'end' },
    cell: ({ row }) => (
      <Money amount={row.original.amount} currency={row.original.currency} strong />
    ),
  }),
]) as Columns<Commission>;

const NOTHING: readonly Commission[] = [];

/** Everything that was earned, oldest first; each commission says why it is what it is. */
export function CommissionsTab({
  personId,
  search,
  change,
}: {
  personId: string;
  search: RecipientSearch;
  change: (changed: Partial<RecipientSearch>) => void;
}) {
  const list = useInfiniteQuery(commissionsQuery(personId, search.status));
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ commissions }) => commissions) ?? NOTHING,
    [list.data],
  );
  const summary = list.data?.pages[0]?.summary;
  return (
    <div className={classes['stack']}>
      <Bar label="Filters">
        <Choice
          label="State"
          value={search.status}
          values={COMMISSION_CHOICES}
          labelOf={(status) => WORDS[status].label}
          none="Payable, in no payment"
          onChange={(status) => change({ status })}
        />
      </Bar>
      {summary && (
        <Figures>
          <Figure label="Commissions">{summary.count.toLocaleString('en')}</Figure>
          <Figure label="In all">
            <MoneyList amounts={summary.totals} />
          </Figure>
        </Figures>
      )}
      <DataTable
        label="Commissions"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        onOpen={({ id }) => change({ commission: id })}
        empty={
          <Empty title="No commission in this state">
            <p>
              Choose another state, or look at the <Link to="/payables">payables</Link> of
              everybody.
            </p>
          </Empty>
        }
      />
      <CommissionDrawer
        commissionId={search.commission}
        onClose={() => change({ commission: undefined })}
      />
    </div>
  );
}
