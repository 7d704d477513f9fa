import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { count } from '../../lib/words.ts';
import { Money } from '../../ui/money.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import type { Report } from './api.ts';
import { COMPARISON_WORDS } from './words.ts';
import classes from './reconciliation.module.css';

/** What came of a comparison: transfers by how they compare, and balances. */
export function RunReport({ report }: { report: Report }) {
  const { comparisons, healed, cases, balances, notes, listed } = report;
  return (
    <>
      <Section title="Transfers">
        {comparisons.length === 0 ? (
          <p className={classes['none']}>Neither side knows of a transfer on that day.</p>
        ) : (
          <Comparisons comparisons={comparisons} />
        )}
        {healed.count > 0 && (
          <p className={classes['none']}>
            {count(healed.count, 'payment')} followed what the provider knew better:{' '}
            {listText(healed.steps)}.
          </p>
        )}
        {!listed && (
          <p className={classes['none']}>
            The provider has no list; each payment was looked up, and what is missing here could not
            be looked for.
          </p>
        )}
      </Section>
      {balances.length > 0 && <Balances balances={balances} />}
      {(cases.opened > 0 || notes.length > 0) && (
        <Section title="Notes">
          <ul className={classes['lines']}>
            {cases.opened > 0 && <li>{count(cases.opened, 'case')} opened by this run.</li>}
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

const listText = (steps: Readonly<Record<string, number>>): string =>
  Object.entries(steps)
    .map(([step, n]) => `${n.toLocaleString('en')} ${step.toLowerCase()}`)
    .join(', ');

function Comparisons({ comparisons }: { comparisons: Report['comparisons'] }) {
  return (
    <table className={classes['table']}>
      <thead>
        <tr>
          <th scope="col">How they compare</th>
          <th scope="col" data-align="end">
            Transfers
          </th>
          <th scope="col" data-align="end">
            Our books
          </th>
          <th scope="col" data-align="end">
            Provider
          </th>
        </tr>
      </thead>
      <tbody>
        {comparisons.map((row) => (
          <tr key={`${row.comparison} ${row.currency}`}>
            <th scope="row">
              <Badge {...COMPARISON_WORDS[row.comparison]} />
            </th>
            <td data-align="end" className="amount">
              {row.count.toLocaleString('en')}
            </td>
            <td data-align="end">
              <Money amount={row.ours} currency={row.currency} />
            </td>
            <td data-align="end">
              <Money amount={row.theirs} currency={row.currency} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Balances({ balances }: { balances: Report['balances'] }) {
  return (
    <Section title="Balance at the provider">
      <ul className={classes['lines']}>
        {balances.map((row) => (
          <li key={row.currency}>
            <span>
              {row.balance === null ? (
                <span className="soft">{row.currency}: not told</span>
              ) : (
                <Money amount={row.balance} currency={row.currency} strong />
              )}{' '}
              {row.previousBalance !== null && (
                <span className="soft">
                  before <Money amount={row.previousBalance} currency={row.currency} />
                </span>
              )}
            </span>
            <Verdict row={row} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Below what our books explain, as they explain it, or above: a top-up. */
function Verdict({ row }: { row: Report['balances'][number] }) {
  const { difference, currency } = row;
  if (difference === null) return <Badge label="Nothing to compare with yet" tone="off" />;
  if (difference === 0)
    return <Badge label="As our books explain it" tone="good" icon={IconCircleCheck} />;
  return (
    <span>
      <Badge
        label={difference < 0 ? 'Less than explained' : 'More than explained'}
        tone={difference < 0 ? 'bad' : 'move'}
        icon={difference < 0 ? IconAlertTriangle : IconCircleCheck}
      />{' '}
      <Money amount={difference} currency={currency} strong />
    </span>
  );
}
