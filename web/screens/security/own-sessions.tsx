import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answerOf } from '../../lib/api.ts';
import { count } from '../../lib/words.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Age, Time } from '../../ui/time.tsx';
import { ownApi } from './api.ts';
import { ownSessionsQuery, type OwnSession } from './queries.ts';
import { deviceLabel } from './words.ts';
import classes from './security.module.css';

/** Where the person is signed in; each session but this one can be ended, or all of them. */
export function OwnSessions() {
  const { data, error, refetch } = useQuery(ownSessionsQuery);
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (const id of ids) await answerOf(ownApi.sessions[':id'].$delete({ param: { id } }));
      return ids.length;
    },
    onSuccess: (ended) => notifications.show({ message: `Ended ${count(ended, 'session')}` }),
    onSettled: () => queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey }),
  });
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  const others = data.filter(({ current }) => !current).map(({ id }) => id);
  return (
    <Section
      title={`Where you are signed in (${data.length})`}
      aside={
        others.length > 0 && (
          <Button
            variant="default"
            size="compact-xs"
            loading={end.isPending}
            onClick={() => end.mutate(others)}
          >
            End all others
          </Button>
        )
      }
    >
      {end.error && <ErrorPanel error={end.error} />}
      <ul className={classes['lines']}>
        {data.map((session) => (
          <SessionLine
            key={session.id}
            session={session}
            isPending={end.isPending}
            onEnd={() => end.mutate([session.id])}
          />
        ))}
      </ul>
    </Section>
  );
}

function SessionLine({
  session,
  isPending,
  onEnd,
}: {
  session: OwnSession;
  isPending: boolean;
  onEnd: () => void;
}) {
  const device = deviceLabel(session.userAgent);
  return (
    <li>
      <span title={session.userAgent ?? undefined}>
        <strong>{device}</strong> <span className="soft">{session.ipAddress}</span>
      </span>
      <span className="soft">
        since <Time at={session.createdAt} />
      </span>
      <span className="soft">
        used <Age at={session.lastUsedAt} /> ago
      </span>
      {session.current ? (
        <Badge label="This one" tone="good" />
      ) : (
        <Button
          variant="default"
          size="compact-xs"
          disabled={isPending}
          aria-label={`End the session of ${device}, ${session.ipAddress ?? 'unknown address'}`}
          onClick={onEnd}
        >
          End
        </Button>
      )}
    </li>
  );
}
