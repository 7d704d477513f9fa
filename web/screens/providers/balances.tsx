import { IconAlertTriangle, IconCircleCheck, IconHelpCircle } from '@tabler/icons-react';
import { count } from '../../lib/words.ts';
import { Money } from '../../ui/money.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import type { Provider } from './api.ts';
import classes from './providers.module.css';

type Balance = Provider['balances'][number];

/** What the provider holds in each currency, beside what it is to pay. */
export function Balances({ provider: { balances } }: { provider: Provider }) {
  return (
    <div className={classes['scroll']}>
      <table className={classes['balances']}>
        <thead>
          <tr>
            <th scope="col">Balance</th>
            <th scope="col">Waits to be sent</th>
            <th scope="col">In flight</th>
            <th scope="col">Is it enough?</th>
          </tr>
        </thead>
        <tbody>
          {balances.map((row) => (
            <tr key={row.currency}>
              <td data-label="Balance">
                {row.balance === null ? (
                  <span className="soft">{row.currency}: not told</span>
                ) : (
                  <Money amount={row.balance} currency={row.currency} strong />
                )}
              </td>
              <td data-label="Waits to be sent">
                <Load n={row.unsent} amount={row.unsentAmount} currency={row.currency} />
              </td>
              <td data-label="In flight">
                <Load n={row.inFlight} amount={row.inFlightAmount} currency={row.currency} />
              </td>
              <td data-label="Is it enough?">
                <Enough row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Load({ n, amount, currency }: { n: number; amount: number; currency: string }) {
  if (n === 0) return <span className="soft">nothing</span>;
  return (
    <>
      <Money amount={amount} currency={currency} />{' '}
      <span className="soft">{count(n, 'payment')}</span>
    </>
  );
}

/** In words, since a balance that is short stops a batch. */
function Enough({ row }: { row: Balance }) {
  if (row.covers === null || row.balance === null)
    return <Badge label="Cannot be told" tone="off" icon={IconHelpCircle} />;
  if (!row.covers)
    return (
      <span className={classes['short']}>
        <Badge label="Short of" tone="bad" icon={IconAlertTriangle} />{' '}
        <Money amount={row.unsentAmount - row.balance} currency={row.currency} strong />
      </span>
    );
  return (
    <Badge
      label={row.unsent === 0 ? 'Nothing to cover' : 'Covers what waits'}
      tone={row.unsent === 0 ? 'off' : 'good'}
      icon={IconCircleCheck}
    />
  );
}
