import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey, type AnswerOf } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { PROVIDER_NAMES, providerLabel, type ProviderName } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { DetailDrawer } from '../../ui/detail-drawer.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Note } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { eventApi } from './api.ts';
import { eventQuery } from './queries.ts';
import { EVENT_WORDS, formatLag } from './words.ts';
import classes from './webhooks.module.css';

const oneEvent = eventApi['webhook-events'][':provider'][':eventId'];
type Detail = AnswerOf<typeof oneEvent.$get>;

/** One stored event beside its list. `id` is `provider/eventId`. */
export function EventDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const [name, ...rest] = id?.split('/') ?? [];
  const provider = PROVIDER_NAMES.find((each) => each === name);
  return (
    <DetailDrawer opened={id !== undefined} onClose={onClose} title="Event of a provider">
      {provider && <Known provider={provider} eventId={rest.join('/')} />}
    </DetailDrawer>
  );
}

function Known({ provider, eventId }: { provider: ProviderName; eventId: string }) {
  const { data, error, refetch } = useQuery(eventQuery(provider, eventId));
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  const { webhookEvent: event, payload } = data;
  const { label, tone, icon, next } = EVENT_WORDS[event.result];
  return (
    <div className={classes['story']}>
      <div className={classes['top']}>
        <Badge label={label} tone={tone} icon={icon} />
        <span className="mono">{event.type}</span>
        <span>from {providerLabel(event.provider)}</span>
      </div>
      <Note tone={tone === 'bad' ? 'bad' : tone === 'doubt' ? 'doubt' : 'plain'}>
        <p>{next}</p>
      </Note>
      <Replay provider={provider} event={event} />
      <Facts facts={factsOf(event)} />
      <Section title="Body">
        {payload === null ? (
          <p className={classes['none']}>
            It cannot be read here: it is not JSON, or its key is not there any more.
          </p>
        ) : (
          <>
            <p className={classes['none']}>
              What happened is readable; names, accounts and all else are struck out.
            </p>
            <pre className={classes['payload']} tabIndex={0} aria-label="Body of the event">
              {JSON.stringify(payload, null, 2)}
            </pre>
          </>
        )}
      </Section>
    </div>
  );
}

const factsOf = (event: Detail['webhookEvent']) => ({
  Event: <CopyId id={event.eventId} label="event id" />,
  Signature: <Badge label="Valid" tone="good" icon={EVENT_WORDS.applied.icon} />,
  Kept: 'once, however often it is sent',
  Received: <Time at={event.receivedAt} seconds />,
  Applied: event.appliedAt && <Time at={event.appliedAt} seconds />,
  Lag: event.appliedAt && formatLag(Date.parse(event.appliedAt) - Date.parse(event.receivedAt)),
  Payment: event.paymentId && <CopyId id={event.paymentId} label="payment id" />,
  Reference: event.reference && <CopyId id={event.reference} label="reference" />,
  'At the provider': event.providerPaymentId && (
    <CopyId id={event.providerPaymentId} label="id at the provider" />
  ),
  Replays: event.replays === 0 ? 'none' : event.replays,
});

/** Applies the event again: the same guards hold as when it came, so nothing happens twice. */
function Replay({ provider, event }: { provider: ProviderName; event: Detail['webhookEvent'] }) {
  const may = useMay();
  const queries = useQueryClient();
  const [once, setOnce] = useState(idempotencyKey);
  const replay = useMutation({
    mutationFn: () =>
      answerOf(
        oneEvent.replay.$post(
          { param: { provider, eventId: encodeURIComponent(event.eventId) }, json: {} },
          once,
        ),
      ),
    onSuccess: async ({ result }) => {
      setOnce(idempotencyKey);
      notifications.show({
        message:
          result === 'waiting'
            ? 'Replayed: the provider is asked first'
            : `Replayed: ${result === 'applied' ? 'it was applied' : 'it said nothing new'}`,
      });
      await queries.invalidateQueries({ queryKey: ['webhooks', 'in'] });
    },
  });
  return (
    <div className={`${classes['actions']} no-print`}>
      <ActButton
        verdict={may('reconcile')}
        variant="default"
        loading={replay.isPending}
        onClick={() => replay.mutate()}
      >
        Replay
      </ActButton>
      <span className="soft">Under the same guards as when it came; nothing happens twice.</span>
      {replay.error && <ErrorPanel error={replay.error} />}
    </div>
  );
}
