import { Money } from '../../ui/money.tsx';
import type { Balance } from './api.ts';
import classes from './ledger.module.css';

/** A balance as bookkeepers say it: without a sign, with its side. */
export function SidedMoney({ balance, currency }: Pick<Balance, 'balance' | 'currency'>) {
  return (
    <>
      <Money amount={Math.abs(balance)} currency={currency} strong />{' '}
      <span className={`soft ${classes['side']}`}>
        {balance === 0 ? '' : balance > 0 ? 'debit' : 'credit'}
      </span>
    </>
  );
}
