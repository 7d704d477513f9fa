import type { Batch } from '../lib/queries.ts';
import classes from './progress-bar.module.css';

/** How far a batch has come: paid, failed and in flight as parts of one bar, and in words. */
export function ProgressBar({ counts, total }: { counts: Batch['counts']; total: number }) {
  const paid = counts.COMPLETED;
  const failed = counts.FAILED + counts.RETURNED;
  const moving = counts.PROCESSING + counts.UNKNOWN;
  const share = (n: number) => `${total === 0 ? 0 : (n / total) * 100}%`;
  const words = `${paid.toLocaleString('en')} paid, ${moving.toLocaleString('en')} in flight, ${failed.toLocaleString('en')} failed, of ${total.toLocaleString('en')}`;
  return (
    <span className={classes['progress']} title={words}>
      <span className={classes['bar']} role="img" aria-label={words}>
        <span data-tone="good" style={{ width: share(paid) }} />
        <span data-tone="bad" style={{ width: share(failed) }} />
        <span data-tone="move" style={{ width: share(moving) }} />
      </span>
      <span className="amount" aria-hidden>
        {paid.toLocaleString('en')}
        {failed > 0 && (
          <span className={classes['failed']}> · {failed.toLocaleString('en')} ✕</span>
        )}
      </span>
    </span>
  );
}
