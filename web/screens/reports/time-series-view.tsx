import { useQuery } from '@tanstack/react-query';
import type { Payment } from '../../lib/queries.ts';
import { PAYMENT_STATES, PAYMENT_WORDS, providerLabel } from '../../lib/words.ts';
import type { RowOf } from './api.ts';
import type { ReportQuery } from './asked.ts';
import { currenciesOf, type ChartModel, type Unit } from './chart-model.ts';
import { Charts } from './chart.tsx';
import { programmesQuery, type Programme } from './queries.ts';
import { ReportFrame } from './report-frame.tsx';
import { copied, counted, money, rate, text, type RowColumn } from './row-columns.tsx';
import { RowsSection } from './rows-table.tsx';
import type { ReportsSearch } from './search.ts';
import { FIGURE_WORDS } from './words.ts';

type Row = RowOf<'time-series'>;
type Measure = NonNullable<ReportsSearch['measure']>;

/** Payments over time, by whatever they are grouped by. */
export function TimeSeriesView({ query, measure }: { query: ReportQuery; measure: Measure }) {
  const programmes = useQuery(programmesQuery).data ?? [];
  const nameOf = groupNamer(query.groupBy, programmes);
  const monthly = query.grain === 'month';
  return (
    <ReportFrame name="time-series" query={query}>
      {(rows) => (
        <>
          <Charts
            models={currenciesOf(rows).map((currency) =>
              overTime(
                currency,
                rows.filter((row) => row.currency === currency),
                { measure, nameOf, monthly },
              ),
            )}
          />
          <RowsSection
            label="All rows"
            columns={columnsBy(query.groupBy !== undefined, nameOf)}
            rows={rows}
          />
        </>
      )}
    </ReportFrame>
  );
}

type Namer = (group: string | null) => string;

/** What a group is called by people. */
function groupNamer(groupBy: ReportQuery['groupBy'], programmes: readonly Programme[]): Namer {
  return (group) => {
    if (group === null) return 'All';
    if (groupBy === 'provider') return providerLabel(group);
    const state = PAYMENT_STATES.find((each) => each === group);
    if (groupBy === 'status' && state) return PAYMENT_WORDS[state].label;
    if (groupBy !== 'programme') return group;
    if (group === '') return 'No programme';
    return programmes.find(({ id }) => id === group)?.name ?? group;
  };
}

/** States keep their place and so their colour, whichever of them there are; what is paid comes first. */
const STATES: readonly (string | null)[] = [
  'COMPLETED',
  'RETURNED',
  'FAILED',
  'UNKNOWN',
  'PROCESSING',
  'ON_HOLD',
  'PENDING',
  'CANCELLED',
] satisfies readonly Payment['status'][];

const inOrder = (groups: readonly (string | null)[]): (string | null)[] =>
  groups.toSorted((one, other) => STATES.indexOf(one) - STATES.indexOf(other));

function overTime(
  currency: string,
  rows: readonly Row[],
  { measure, nameOf, monthly }: { measure: Measure; nameOf: Namer; monthly: boolean },
): ChartModel {
  const groups = inOrder([...new Set(rows.map(({ group }) => group))]);
  const buckets = new Map<string, (number | null)[]>();
  for (const row of rows) {
    const values = buckets.get(row.bucket) ?? groups.map(() => null);
    values[groups.indexOf(row.group)] = figureOf(row, measure);
    buckets.set(row.bucket, values);
  }
  return {
    title: `${FIGURE_WORDS[measure]}, ${currency}`,
    axis: 'From',
    unit: unitOf(measure, currency),
    series: groups.map(nameOf),
    places: groups.every((group) => STATES.includes(group))
      ? groups.map((group) => STATES.indexOf(group))
      : undefined,
    points: [...buckets].map(([bucket, values]) => ({
      label: monthly ? bucket.slice(0, 7) : bucket,
      short: monthly ? bucket.slice(0, 7) : bucket.slice(5),
      values,
    })),
    stacked: measure !== 'rate',
  };
}

function figureOf(row: Row, measure: Measure): number | null {
  if (measure === 'rate') return row.successRate;
  return measure === 'amount' ? row.amount : row.payments;
}

function unitOf(measure: Measure, currency: string): Unit {
  if (measure === 'rate') return { kind: 'rate' };
  return measure === 'amount' ? { kind: 'money', currency } : { kind: 'count' };
}

const columnsBy = (grouped: boolean, nameOf: Namer): readonly RowColumn<Row>[] => [
  text('From', ({ bucket }) => bucket),
  ...(grouped ? [text<Row>('Group', ({ group }) => nameOf(group))] : []),
  copied(text('Currency', ({ currency }) => currency)),
  counted('Payments', ({ payments }) => payments),
  money('Amount', ({ amount }) => amount),
  counted('Paid', ({ completed }) => completed),
  money('Paid amount', ({ completedAmount }) => completedAmount),
  counted('Failed', ({ failed }) => failed),
  counted('Returned', ({ returned }) => returned),
  rate('Success rate', ({ successRate }) => successRate),
];
