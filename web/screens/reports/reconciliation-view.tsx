import { Link } from '@tanstack/react-router';
import { providerLabel } from '../../lib/words.ts';
import { Empty } from '../../ui/note.tsx';
import type { RowOf } from './api.ts';
import type { ReportQuery } from './asked.ts';
import { currenciesOf, type ChartModel } from './chart-model.ts';
import { Charts } from './chart.tsx';
import { ReportFrame } from './report-frame.tsx';
import { counted, money, text, time, type RowColumn } from './row-columns.tsx';
import { RowsSection } from './rows-table.tsx';

type Row = RowOf<'reconciliation'>;

/** Our books against the providers', by the last run of each day. */
export function ReconciliationView({ query }: { query: ReportQuery }) {
  return (
    <ReportFrame
      name="reconciliation"
      query={query}
      empty={
        <Empty title="No day of this period was reconciled">
          <p>
            Each day is compared by itself once it is over; a run can be asked for too.{' '}
            <Link to="/reconciliation">Go to Reconciliation</Link>.
          </p>
        </Empty>
      }
    >
      {(rows) => (
        <>
          <Charts
            models={currenciesOf(rows).map((currency) =>
              byDay(
                currency,
                rows.filter((row) => row.currency === currency),
              ),
            )}
          />
          <RowsSection label="All days" columns={COLUMNS} rows={rows} />
        </>
      )}
    </ReportFrame>
  );
}

const COUNTED: readonly (readonly [label: string, of: (row: Row) => number])[] = [
  ['Matched', ({ matched }) => matched],
  ['Missing there', ({ missingThere }) => missingThere],
  ['Missing here', ({ missingHere }) => missingHere],
  ['Amount differs', ({ amountDiffers }) => amountDiffers],
  ['State differs', ({ statusDiffers }) => statusDiffers],
  ['In doubt or under way', ({ unknown }) => unknown],
  ['Not created there', ({ notCreated }) => notCreated],
];

const byDay = (currency: string, rows: readonly Row[]): ChartModel => ({
  title: `What the comparison said, ${currency}`,
  axis: 'Day and provider',
  unit: { kind: 'count' },
  series: COUNTED.map(([label]) => label),
  points: rows.map((row) => ({
    label: `${row.day}, ${providerLabel(row.provider)}`,
    short: row.day.slice(5),
    values: COUNTED.map(([, of]) => of(row)),
  })),
  stacked: true,
});

const COLUMNS: readonly RowColumn<Row>[] = [
  text('Day', ({ day }) => day),
  text('Provider', ({ provider }) => providerLabel(provider)),
  text('Currency', ({ currency }) => currency),
  ...COUNTED.map(([label, of]) => counted<Row>(label, of)),
  money('Ours', ({ ourAmount }) => ourAmount),
  money('Theirs', ({ theirAmount }) => theirAmount),
  counted('Open cases', ({ openCases }) => openCases),
  counted('Resolved', ({ resolvedCases }) => resolvedCases),
  counted('Runs', ({ runs }) => runs),
  text('Last run', ({ lastStatus }) => lastStatus.toLowerCase()),
  time('At', ({ lastRunAt }) => lastRunAt),
];
