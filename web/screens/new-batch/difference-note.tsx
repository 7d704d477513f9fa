import { Money } from '../../ui/money.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Note } from '../../ui/note.tsx';
import { count } from '../../lib/words.ts';
import type { Difference } from './difference.ts';

/** Longer lists say how many more there are. */
const SHOWN_MAX = 20;

/** Nothing was made: what had been previewed is not what would be paid now. */
export function DifferenceNote({ difference }: { difference: Difference }) {
  const { changed, currency, beforeMinor, afterMinor } = difference;
  const money = (amount: number | null) =>
    amount === null ? 'nothing' : <Money amount={amount} currency={currency} />;
  return (
    <Note tone="doubt">
      <p>
        <strong>Nothing was made: something has changed since you looked.</strong> The total was{' '}
        {money(beforeMinor)} and is {money(afterMinor)} now. Look again, then go on.
      </p>
      {changed.length === 0 ? (
        <p>Nobody is paid another amount; other commissions make up the same sums.</p>
      ) : (
        <ul>
          {changed.slice(0, SHOWN_MAX).map((each) => (
            <li key={each.affiliateId}>
              <CopyId id={each.affiliateId} label="payee id" /> {money(each.beforeMinor)} →{' '}
              {money(each.afterMinor)} {each.reason}
            </li>
          ))}
          {changed.length > SHOWN_MAX && (
            <li>and {count(changed.length - SHOWN_MAX, 'more', 'more')}</li>
          )}
        </ul>
      )}
    </Note>
  );
}
