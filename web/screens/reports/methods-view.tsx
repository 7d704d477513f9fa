import { providerLabel } from '../../lib/words.ts';
import type { RowOf } from './api.ts';
import type { ReportQuery } from './asked.ts';
import { currenciesOf, type ChartModel } from './chart-model.ts';
import { Chart, Charts } from './chart.tsx';
import { ReportFrame } from './report-frame.tsx';
import { copied, counted, money, rate, text, took, type RowColumn } from './row-columns.tsx';
import { RowsSection } from './rows-table.tsx';
import classes from './report-frame.module.css';

type Row = RowOf<'methods'>;

const channelOf = ({ channel, channelName }: Row): string | null => channelName ?? channel;
const methodOf = (row: Row): string => {
  const channel = channelOf(row);
  return `${providerLabel(row.provider)}${channel === null ? '' : `, ${channel}`}`;
};

/** Ways of paying: how much went by each, how many arrived, and how long that took. */
export function MethodsView({ query }: { query: ReportQuery }) {
  return (
    <ReportFrame name="methods" query={query}>
      {(rows) => (
        <>
          <div className={classes['pair']}>
            <Chart model={howLong(rows)} />
            <Charts
              models={currenciesOf(rows).map((currency) =>
                outcomes(
                  currency,
                  rows.filter((row) => row.currency === currency),
                ),
              )}
            />
          </div>
          <RowsSection label="All methods" columns={COLUMNS} rows={rows} />
        </>
      )}
    </ReportFrame>
  );
}

const howLong = (rows: readonly Row[]): ChartModel => ({
  title: 'From sending to the end',
  axis: 'Method',
  unit: { kind: 'took' },
  series: ['p50', 'p95', 'p99'],
  points: rows.map((row) => ({
    label: `${methodOf(row)}, ${row.currency}`,
    values: [row.tookP50Ms, row.tookP95Ms, row.tookP99Ms],
  })),
});

const outcomes = (currency: string, rows: readonly Row[]): ChartModel => ({
  title: `What became of payments, ${currency}`,
  axis: 'Method',
  unit: { kind: 'count' },
  series: ['Paid', 'Failed', 'Returned', 'Not ended'],
  points: rows.map((row) => ({
    label: methodOf(row),
    values: [
      row.completed,
      row.failed,
      row.returned,
      row.payments - row.completed - row.failed - row.returned,
    ],
  })),
  stacked: true,
});

const COLUMNS: readonly RowColumn<Row>[] = [
  text('Provider', ({ provider }) => providerLabel(provider)),
  text('Channel', channelOf),
  copied(text('Currency', ({ currency }) => currency)),
  counted('Payments', ({ payments }) => payments),
  money('Amount', ({ amount }) => amount),
  counted('Paid', ({ completed }) => completed),
  counted('Failed', ({ failed }) => failed),
  counted('Returned', ({ returned }) => returned),
  rate('Success rate', ({ successRate }) => successRate),
  took('p50', ({ tookP50Ms }) => tookP50Ms),
  took('p95', ({ tookP95Ms }) => tookP95Ms),
  took('p99', ({ tookP99Ms }) => tookP99Ms),
  text('Why they failed', ({ failureCodes }) => failureCodes || null, true),
];
