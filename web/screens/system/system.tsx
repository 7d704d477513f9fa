import { useQuery } from '@tanstack/react-query';
import { useFilters } from '../../lib/filters.ts';
import { healthQuery } from '../../lib/queries.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Mails } from './mails.tsx';
import { Parts, Versions, Waiting, Workers } from './parts.tsx';
import { readSystemSearch } from './search.ts';

/** That a part falls silent is no event. */
const LOOK_EVERY_MS = 10_000;

/** What Bursar runs on: whether each part answers, what waits, and that all are of one version. */
export function System() {
  const [search, change] = useFilters(readSystemSearch);
  const {
    data: health,
    error,
    refetch,
  } = useQuery({
    ...healthQuery,
    refetchInterval: LOOK_EVERY_MS,
  });
  return (
    <Page title="System" lead="The parts that a payment needs, and what waits for them.">
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!health && !error && <TableSkeleton />}
      {health && (
        <>
          <Parts health={health} />
          <Waiting health={health} />
          <Workers health={health} />
          <Versions health={health} />
        </>
      )}
      <Mails status={search.mails} onStatus={(mails) => change({ mails })} />
    </Page>
  );
}
