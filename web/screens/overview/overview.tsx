import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { batchesQuery, type Batch } from '../../lib/queries.ts';
import { waitingOn } from '../../lib/waiting-on.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Money } from '../../ui/money.tsx';
import { Empty } from '../../ui/note.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { BatchBadge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { NeedsYou } from './needs-you.tsx';
import classes from './overview.module.css';
import { Standing, Ways } from './standing.tsx';

const MOVING: readonly Batch['status'][] = ['QUEUED', 'PROCESSING', 'SETTLING'];
const RECENT = 8;

/** What needs somebody now, then what is under way and what has just ended. */
export function Overview() {
  const batches = useInfiniteQuery(batchesQuery({}));
  const all = useMemo(
    () => batches.data?.pages.flatMap((page) => page.batches) ?? [],
    [batches.data],
  );
  const moving = all.filter(({ status }) => MOVING.includes(status));
  const ended = all.filter(({ status }) => !MOVING.includes(status) && status !== 'PENDING');
  return (
    <Page title="Overview">
      <NeedsYou moving={moving} />
      <Standing moving={moving} />
      {batches.error && <ErrorPanel error={batches.error} onRetry={() => void batches.refetch()} />}
      <Section title="In flight" aside={<Link to="/batches">All batches</Link>}>
        {batches.isPending ? (
          <TableSkeleton />
        ) : (
          <BatchLines
            batches={moving}
            empty={
              <Empty title="Nothing is in flight">
                <p>
                  <Link to="/payables">See who can be paid</Link> and make a batch of it.
                </p>
              </Empty>
            }
          />
        )}
      </Section>
      <Ways />
      {ended.length > 0 && (
        <Section title="Ended lately">
          <BatchLines batches={ended.slice(0, RECENT)} empty={null} />
        </Section>
      )}
    </Page>
  );
}

function BatchLines({ batches, empty }: { batches: readonly Batch[]; empty: React.ReactNode }) {
  if (batches.length === 0) return empty;
  return (
    <ul className={classes['lines']}>
      {batches.map((batch) => (
        <li key={batch.id}>
          <Link to="/batches/$batchId" params={{ batchId: batch.id }}>
            Batch {batch.batchNumber}
          </Link>
          <BatchBadge
            status={batch.status}
            paused={batch.pausedReason !== null}
            stalled={batch.stalled !== null}
          />
          <ProgressBar counts={batch.counts} total={batch.paymentCount} />
          <span className={`soft ${classes['waiting']}`}>{waitingOn(batch)}</span>
          <Money amount={batch.totalAmount} currency={batch.currency} strong />
        </li>
      ))}
    </ul>
  );
}
