import { PAYMENT_STATES, PAYMENT_WORDS, providerLabel } from '../../lib/words.ts';
import { Empty } from '../../ui/note.tsx';
import type { RowOf } from './api.ts';
import type { ReportQuery } from './asked.ts';
import { currenciesOf, type ChartModel } from './chart-model.ts';
import { Charts } from './chart.tsx';
import { ReportFrame } from './report-frame.tsx';
import { copied, counted, money, text, type RowColumn } from './row-columns.tsx';
import { RowsSection } from './rows-table.tsx';
import { AGES, AGING_WORDS } from './words.ts';
import classes from './report-frame.module.css';

type Row = RowOf<'aging'>;

/** How long what is owed has been owed, and payments that do not end. */
export function AgingView({ query }: { query: ReportQuery }) {
  return (
    <ReportFrame
      name="aging"
      query={query}
      empty={
        <Empty title="Nothing is owed, and nothing is stuck">
          <p>Whatever is earned next shows here until it is paid.</p>
        </Empty>
      }
    >
      {(rows) => (
        <>
          <div className={classes['pair']}>
            <Charts
              models={currenciesOf(rows).map((currency) =>
                byAge(
                  currency,
                  rows.filter((row) => row.currency === currency),
                ),
              )}
            />
          </div>
          <RowsSection label="All ages" columns={COLUMNS} rows={rows} />
        </>
      )}
    </ReportFrame>
  );
}

const KINDS = Object.entries(AGING_WORDS);

const byAge = (currency: string, rows: readonly Row[]): ChartModel => ({
  title: `By age, ${currency}`,
  axis: 'Days',
  unit: { kind: 'money', currency },
  series: KINDS.map(([, label]) => label),
  points: AGES.map((age) => ({
    label: `${age} days`,
    values: KINDS.map(([kind]) =>
      rows
        .filter((row) => row.kind === kind && row.age === age)
        .reduce((sum, { amount }) => sum + amount, 0),
    ),
  })),
});

const stateOf = ({ status }: Row): string | null => {
  const state = PAYMENT_STATES.find((each) => each === status);
  return state ? PAYMENT_WORDS[state].label : status;
};

const COLUMNS: readonly RowColumn<Row>[] = [
  text('What', ({ kind }) => AGING_WORDS[kind]),
  text('Days', ({ age }) => age),
  copied(text('Currency', ({ currency }) => currency)),
  text('Provider', ({ provider }) => provider && providerLabel(provider)),
  text('State', stateOf),
  counted('Affiliates', ({ affiliates }) => affiliates),
  counted('Payments', ({ payments }) => payments),
  money('Amount', ({ amount }) => amount),
];
