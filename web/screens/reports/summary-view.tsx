import { Figure, Figures } from '../../ui/facts.tsx';
import { Money } from '../../ui/money.tsx';
import { count, PAYMENT_WORDS } from '../../lib/words.ts';
import type { RowOf } from './api.ts';
import type { ReportQuery } from './asked.ts';
import { currenciesOf, type ChartModel } from './chart-model.ts';
import { Charts } from './chart.tsx';
import { ReportFrame } from './report-frame.tsx';
import {
  changed,
  copied,
  counted,
  formatPercent,
  formatRate,
  money,
  percent,
  rate,
  text,
  type RowColumn,
} from './row-columns.tsx';
import { RowsSection } from './rows-table.tsx';
import { MEASURE_WORDS } from './words.ts';
import classes from './report-frame.module.css';

type Row = RowOf<'summary'>;

/** A period beside the one before. */
export function SummaryView({ query }: { query: ReportQuery }) {
  return (
    <ReportFrame name="summary" query={query}>
      {(rows) => (
        <>
          {currenciesOf(rows).map((currency) => (
            <Headline
              key={currency}
              currency={currency}
              rows={rows.filter((row) => row.currency === currency)}
            />
          ))}
          <div className={classes['pair']}>
            <Charts
              models={currenciesOf(rows).map((currency) =>
                besideBefore(
                  currency,
                  rows.filter((row) => row.currency === currency),
                ),
              )}
            />
          </div>
          <RowsSection label="All figures" columns={COLUMNS} rows={rows} strong={isWhole} />
        </>
      )}
    </ReportFrame>
  );
}

const isWhole = ({ status }: Row): boolean => status === null;

function Headline({ currency, rows }: { currency: string; rows: readonly Row[] }) {
  const wholes = rows.filter(
    ({ status, measure, payments, paymentsBefore }) =>
      status === null && (measure !== 'returned_partly' || payments + paymentsBefore > 0),
  );
  const made = wholes.find(({ measure }) => measure === 'made');
  return (
    <section className={classes['currency']} aria-label={currency}>
      <h2>{currency}</h2>
      <Figures>
        {wholes.map((row) => (
          <Figure key={row.measure} label={MEASURE_WORDS[row.measure]} note={<Before row={row} />}>
            <Money amount={row.amount} currency={currency} />
          </Figure>
        ))}
        {made && (
          <Figure label="Success rate" note={`before: ${formatRate(made.successRateBefore)}`}>
            {formatRate(made.successRate)}
          </Figure>
        )}
        {made && made.averageAmount !== null && (
          <Figure
            label="Average payment"
            note={
              made.averageBeforeAmount === null ? (
                'before: none'
              ) : (
                <>
                  before: <Money amount={made.averageBeforeAmount} currency={currency} />
                </>
              )
            }
          >
            <Money amount={made.averageAmount} currency={currency} />
          </Figure>
        )}
      </Figures>
    </section>
  );
}

/** How many payments, and by how much more or less their amount is than in the period before. */
function Before({ row }: { row: Row }) {
  const { payments, changeAmount, amountChangePercent, currency } = row;
  return (
    <>
      {count(payments, 'payment')}
      <br />
      {changeAmount === 0 ? (
        'as much as before'
      ) : (
        <>
          <span aria-hidden>{changeAmount > 0 ? '▲' : '▼'}</span>{' '}
          <Money amount={Math.abs(changeAmount)} currency={currency} />{' '}
          {changeAmount > 0 ? 'more' : 'less'}
          {amountChangePercent !== null && `, ${formatPercent(amountChangePercent)}`}
        </>
      )}
    </>
  );
}

function besideBefore(currency: string, rows: readonly Row[]): ChartModel {
  return {
    title: `Amounts beside the period before, ${currency}`,
    axis: 'Measure',
    unit: { kind: 'money', currency },
    series: ['Period before', 'This period'],
    points: rows.filter(isWhole).map(({ measure, beforeAmount, amount }) => ({
      label: MEASURE_WORDS[measure],
      values: [beforeAmount, amount],
    })),
  };
}

const COLUMNS: readonly RowColumn<Row>[] = [
  text('Measure', ({ measure, status }) =>
    status === null ? MEASURE_WORDS[measure] : `Made, now ${PAYMENT_WORDS[status].label}`,
  ),
  copied(text('Currency', ({ currency }) => currency)),
  counted('Payments', ({ payments }) => payments),
  counted('Before', ({ paymentsBefore }) => paymentsBefore),
  copied(changed('Change', ({ paymentsChange }) => paymentsChange)),
  percent('Change, %', ({ paymentsChangePercent }) => paymentsChangePercent),
  money('Amount', ({ amount }) => amount),
  money('Amount before', ({ beforeAmount }) => beforeAmount),
  money('Amount change', ({ changeAmount }) => changeAmount),
  percent('Amount change, %', ({ amountChangePercent }) => amountChangePercent),
  money('Average', ({ averageAmount }) => averageAmount),
  copied(money('Average before', ({ averageBeforeAmount }) => averageBeforeAmount)),
  rate('Success rate', ({ successRate }) => successRate),
  copied(rate('Success before', ({ successRateBefore }) => successRateBefore)),
];
