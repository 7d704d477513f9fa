import { formatAmount } from '../lib/currency.ts';
import classes from './money.module.css';

/** An amount with its currency. Digits stand under digits, and the currency never leaves its amount. */
export function Money({
  amount,
  currency,
  strong = false,
}: {
  amount: number;
  currency: string;
  strong?: boolean;
}) {
  return (
    <span className={`amount ${strong ? classes['strong'] : ''}`}>
      {formatAmount(amount, currency)} <span className={classes['currency']}>{currency}</span>
    </span>
  );
}

/** Sums of several currencies, one under the other: they are never added up. */
export function MoneyList({ amounts }: { amounts: Readonly<Record<string, number>> }) {
  const entries = Object.entries(amounts);
  if (entries.length === 0) return <span className="soft">nothing</span>;
  return (
    <span className={classes['list']}>
      {entries.map(([currency, amount]) => (
        <Money key={currency} amount={amount} currency={currency} strong />
      ))}
    </span>
  );
}
