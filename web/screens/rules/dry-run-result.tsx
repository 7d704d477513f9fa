import type { ReactNode } from 'react';
import { count } from '../../lib/words.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { Money } from '../../ui/money.tsx';
import { Section } from '../../ui/page.tsx';
import type { DryRun } from './queries.ts';
import classes from './rules.module.css';

interface Sum {
  currency: string;
  nowNet: number;
  proposedNet: number;
  difference: number;
}

/** What a past period would have come to; nothing was changed. */
export function DryRunResult({ result }: { result: DryRun }) {
  const { summary, affiliates, notListed } = result;
  return (
    <Section
      title="That period again"
      aside={
        <span className="soft">
          {count(summary.conversions, 'conversion')} of {count(summary.affiliates, 'payee')} differ
        </span>
      }
    >
      {summary.currencies.length === 0 ? (
        <p className={`soft ${classes['none']}`}>
          It would have come to the same: no conversion of that period would have earned another
          amount.
        </p>
      ) : (
        <div className={classes['scroll']} tabIndex={0} role="group" aria-label="Differences">
          <table className={classes['table']}>
            <thead>
              <tr>
                <th scope="col">Payee</th>
                <th scope="col" data-align="end">
                  Is
                </th>
                <th scope="col" data-align="end">
                  Would be
                </th>
                <th scope="col" data-align="end">
                  Difference
                </th>
              </tr>
            </thead>
            <tbody>
              {summary.currencies.map((sum) => (
                <SumRow key={sum.currency} name={<strong>All</strong>} sum={sum} />
              ))}
              {affiliates.map((each) => (
                <SumRow
                  key={`${each.affiliateId} ${each.currency}`}
                  name={<CopyId id={each.affiliateId} label="payee id" />}
                  sum={each}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {notListed > 0 && (
        <p className={`soft ${classes['none']}`}>and {count(notListed, 'smaller difference')}</p>
      )}
    </Section>
  );
}

function SumRow({ name, sum }: { name: ReactNode; sum: Sum }) {
  const { currency, nowNet, proposedNet, difference } = sum;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td data-align="end">
        <Money amount={nowNet} currency={currency} />
      </td>
      <td data-align="end">
        <Money amount={proposedNet} currency={currency} />
      </td>
      <td data-align="end">
        {difference > 0 && '+'}
        <Money amount={difference} currency={currency} strong />
      </td>
    </tr>
  );
}
