import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { listProps } from '../../ui/list-props.ts';
import { affiliateColumns, type AffiliateRow } from './affiliate-columns.tsx';
import type { ReportQuery } from './asked.ts';
import { currenciesOf, type ChartModel } from './chart-model.ts';
import { Chart } from './chart.tsx';
import { affiliatesQuery } from './queries.ts';
import { Meta, NothingThere } from './report-frame.tsx';

const NOTHING: readonly AffiliateRow[] = [];
/** How many of the largest a chart shows. */
const TOP = 12;

/** Affiliates one by one, read page by page. */
export function AffiliatesView({ query }: { query: ReportQuery }) {
  const list = useInfiniteQuery(affiliatesQuery(query));
  const navigate = useNavigate();
  const rows = useMemo(
    () =>
      list.data?.pages.flatMap((page) =>
        page.rows.map((row): AffiliateRow => ({
          ...row,
          id: `${row.affiliateId} ${row.currency}`,
        })),
      ) ?? NOTHING,
    [list.data],
  );
  const columns = useMemo(() => affiliateColumns(), []);
  const first = list.data?.pages[0]?.report;
  if (list.error && rows.length === 0) {
    return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />;
  }
  return (
    <>
      {first && (
        <Meta
          report={{ ...first, rows: rows.length }}
          hashOf={list.hasNextPage || (list.data?.pages.length ?? 0) > 1 ? 'the first page' : null}
          isFetching={list.isRefetching}
          onAgain={() => void list.refetch()}
        />
      )}
      {rows.length > 0 && query.sort !== 'name' && <Chart model={largest(rows, query.sort)} />}
      <DataTable
        label="Affiliates"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        onOpen={({ affiliateId }) =>
          void navigate({ to: '/recipients/$recipientId', params: { recipientId: affiliateId } })
        }
        empty={<NothingThere />}
      />
    </>
  );
}

/** The largest of the currency that most of them have; those of others follow when it is chosen. */
function largest(rows: readonly AffiliateRow[], sort: ReportQuery['sort']): ChartModel {
  const of = (each: string) => rows.filter((row) => row.currency === each);
  const [currency = ''] = currenciesOf(rows).toSorted(
    (one, other) => of(other).length - of(one).length,
  );
  const earned = sort === 'earned';
  return {
    title: `${earned ? 'Most earned' : 'Most paid'}, ${currency}`,
    axis: 'Affiliate',
    unit: { kind: 'money', currency },
    series: ['Earned', 'Paid', 'Owed now'],
    points: of(currency)
      .slice(0, TOP)
      .map((row) => ({
        label: row.fullName,
        short: row.externalId,
        values: [row.earnedAmount, row.paidAmount, row.pendingAmount],
      })),
  };
}
