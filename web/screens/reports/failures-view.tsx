import { Link } from '@tanstack/react-router';
import { providerLabel } from '../../lib/words.ts';
import { Empty } from '../../ui/note.tsx';
import type { RowOf } from './api.ts';
import type { ReportQuery } from './asked.ts';
import { currenciesOf, type ChartModel } from './chart-model.ts';
import { Charts } from './chart.tsx';
import { ReportFrame } from './report-frame.tsx';
import { copied, counted, money, text, time, type RowColumn } from './row-columns.tsx';
import { RowsSection } from './rows-table.tsx';
import { RETRY_WORDS } from './words.ts';

type Row = RowOf<'failures'>;

const wordOf = ({ code, providerCode }: Row): string =>
  providerCode === null || providerCode === code ? code : `${code} (${providerCode})`;

/** What failed, why, and what became of it. */
export function FailuresView({ query }: { query: ReportQuery }) {
  return (
    <ReportFrame
      name="failures"
      query={query}
      empty={
        <Empty title="Nothing failed in this period">
          <p>
            That may also be since nothing was sent. <Link to="/batches">See the batches</Link>, or
            choose a longer period.
          </p>
        </Empty>
      }
    >
      {(rows) => (
        <>
          <Charts
            models={currenciesOf(rows).map((currency) =>
              byReason(
                currency,
                rows.filter((row) => row.currency === currency),
              ),
            )}
          />
          <RowsSection label="All reasons" columns={COLUMNS} rows={rows} />
        </>
      )}
    </ReportFrame>
  );
}

const byReason = (currency: string, rows: readonly Row[]): ChartModel => ({
  title: `Payments that failed, by reason, ${currency}`,
  axis: 'Reason',
  unit: { kind: 'count' },
  series: ['Still failed', 'Paid later', 'Neither yet'],
  points: rows.map((row) => ({
    label: `${wordOf(row)}, ${providerLabel(row.provider)}`,
    short: row.code,
    values: [
      row.stillFailed,
      row.paidLater,
      Math.max(0, row.payments - row.stillFailed - row.paidLater),
    ],
  })),
  stacked: true,
});

const COLUMNS: readonly RowColumn<Row>[] = [
  text('Reason', wordOf),
  text('Provider', ({ provider }) => providerLabel(provider)),
  copied(text('Currency', ({ currency }) => currency)),
  counted('Failures', ({ failures }) => failures),
  counted('Payments', ({ payments }) => payments),
  counted('Affiliates', ({ affiliates }) => affiliates),
  money('Amount', ({ amount }) => amount),
  counted('Still failed', ({ stillFailed }) => stillFailed),
  counted('Paid later', ({ paidLater }) => paidLater),
  time('Last seen', ({ lastSeenAt }) => lastSeenAt),
  text('Tried again', ({ retry }) => retry && RETRY_WORDS[retry], true),
  text('The payee can', ({ payeeRemedy }) => payeeRemedy, true),
  text('You can', ({ operatorRemedy }) => operatorRemedy, true),
];
