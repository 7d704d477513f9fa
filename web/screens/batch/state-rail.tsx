import type { BatchDetail } from '../../lib/queries.ts';
import { BATCH_WORDS } from '../../lib/words.ts';
import { Time } from '../../ui/time.tsx';
import classes from './state-rail.module.css';

type State = BatchDetail['status'];

/** The way of a batch; how it ended is the last stop. */
const WAY: readonly State[] = ['PENDING', 'QUEUED', 'PROCESSING', 'SETTLING'];

/** The way of this batch as stops on a line, each with when it was reached. */
export function StateRail({ batch }: { batch: BatchDetail }) {
  const end: State =
    batch.status === 'FAILED' || batch.status === 'CANCELLED' ? batch.status : 'COMPLETED';
  const stops = [...WAY, end];
  const at = stops.indexOf(batch.status);
  const reached: Readonly<Record<State, string | null>> = {
    PENDING: batch.createdAt,
    QUEUED: batch.queuedAt,
    PROCESSING: batch.executedAt,
    SETTLING: batch.settlingAt,
    COMPLETED: batch.completedAt,
    FAILED: batch.failedAt,
    CANCELLED: batch.cancelledAt,
  };
  return (
    <ol className={classes['rail']} aria-label="The way of this batch">
      {stops.map((stop, place) => {
        const since = place <= at ? reached[stop] : null;
        const kind = place === at ? 'here' : place < at && since !== null ? 'past' : 'ahead';
        return (
          <li
            key={stop}
            data-kind={kind}
            data-tone={place === at ? BATCH_WORDS[stop].tone : undefined}
            aria-current={place === at ? 'step' : undefined}
          >
            <span>{BATCH_WORDS[stop].label}</span>
            <span className="soft">{since !== null ? <Time at={since} /> : ' '}</span>
          </li>
        );
      })}
    </ol>
  );
}
