import { Empty } from '../../ui/note.tsx';
import type { RowOf } from './api.ts';
import type { ReportQuery } from './asked.ts';
import { currenciesOf, type ChartModel } from './chart-model.ts';
import { Charts } from './chart.tsx';
import { ReportFrame } from './report-frame.tsx';
import { copied, money, text, type RowColumn } from './row-columns.tsx';
import { RowsSection } from './rows-table.tsx';
import classes from './report-frame.module.css';

type Row = RowOf<'fees-and-tax'>;

const monthOf = ({ month }: Row): string => month.slice(0, 7);

/** What was kept of money that went out: revenue, tax to hand on, minimum fees. */
export function FeesView({ query }: { query: ReportQuery }) {
  return (
    <ReportFrame
      name="fees-and-tax"
      query={query}
      empty={
        <Empty title="No fees and no tax in this period">
          <p>
            They arise where an escrow releases money, and where a rule has a minimum fee. Choose a
            longer period to see earlier ones.
          </p>
        </Empty>
      }
    >
      {(rows) => (
        <>
          <div className={classes['pair']}>
            <Charts
              models={currenciesOf(rows).map((currency) =>
                byMonth(
                  currency,
                  rows.filter((row) => row.currency === currency),
                ),
              )}
            />
          </div>
          <RowsSection label="All months" columns={COLUMNS} rows={rows} />
        </>
      )}
    </ReportFrame>
  );
}

const byMonth = (currency: string, rows: readonly Row[]): ChartModel => ({
  title: `Kept by month, ${currency}`,
  axis: 'Month',
  unit: { kind: 'money', currency },
  series: ['Fees, net', 'Tax, net', 'Minimum fees'],
  points: rows.map((row) => ({
    label: monthOf(row),
    values: [row.feesNetAmount, row.taxNetAmount, row.minimumFeesAmount],
  })),
});

const COLUMNS: readonly RowColumn<Row>[] = [
  text('Month', monthOf),
  copied(text('Currency', ({ currency }) => currency)),
  money('Fees', ({ feesAmount }) => feesAmount),
  money('Fees refunded', ({ feesRefundedAmount }) => feesRefundedAmount),
  money('Fees, net', ({ feesNetAmount }) => feesNetAmount),
  money('Tax', ({ taxAmount }) => taxAmount),
  money('Tax refunded', ({ taxRefundedAmount }) => taxRefundedAmount),
  money('Tax, net', ({ taxNetAmount }) => taxNetAmount),
  money('Minimum fees', ({ minimumFeesAmount }) => minimumFeesAmount),
];
