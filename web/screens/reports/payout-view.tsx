import { Section } from '../../ui/page.tsx';
import type { RowOf } from './api.ts';
import type { ReportQuery } from './asked.ts';
import { currenciesOf, type ChartModel } from './chart-model.ts';
import { Charts } from './chart.tsx';
import { ReportFrame } from './report-frame.tsx';
import { copied, counted, money, text, type RowColumn } from './row-columns.tsx';
import { CopyRows, RowsTable } from './rows-table.tsx';
import { SECTION_WORDS } from './words.ts';
import classes from './report-frame.module.css';

type Row = RowOf<'payout-report'>;

const lineOf = ({ section, category }: Row): string =>
  category === null ? SECTION_WORDS[section] : `${SECTION_WORDS[section]}: ${category}`;

const isBalance = ({ section }: Row): boolean => section === 'start' || section === 'end';

/** The statement of what payees are owed, by currency: from its start to its end the lines add up. */
export function PayoutView({ query }: { query: ReportQuery }) {
  return (
    <ReportFrame name="payout-report" query={query}>
      {(rows) => (
        <>
          <div className={classes['pair']}>
            {currenciesOf(rows).map((currency) => (
              <Statement
                key={currency}
                currency={currency}
                rows={rows.filter((row) => row.currency === currency)}
              />
            ))}
          </div>
          <div className={classes['pair']}>
            <Charts
              models={currenciesOf(rows).map((currency) =>
                changes(
                  currency,
                  rows.filter((row) => row.currency === currency),
                ),
              )}
            />
          </div>
        </>
      )}
    </ReportFrame>
  );
}

function Statement({ currency, rows }: { currency: string; rows: readonly Row[] }) {
  const label = `Statement, ${currency}`;
  return (
    <Section title={label} aside={<CopyRows label={label} columns={COLUMNS} rows={rows} />}>
      <RowsTable label={label} columns={COLUMNS} rows={rows} strong={isBalance} />
    </Section>
  );
}

const changes = (currency: string, rows: readonly Row[]): ChartModel => ({
  title: `What changed it, ${currency}`,
  axis: 'Line',
  unit: { kind: 'money', currency },
  series: ['Amount'],
  points: rows
    .filter(({ section }) => section !== 'failed')
    .map((row) => ({
      label: lineOf(row),
      short: SECTION_WORDS[row.section].replace(/ at the /, ', '),
      values: [row.amount],
    })),
});

const COLUMNS: readonly RowColumn<Row>[] = [
  text('Line', lineOf),
  copied(text('Currency', ({ currency }) => currency)),
  counted('Entries', ({ entries }) => entries),
  money('Amount', ({ amount }) => amount),
];
