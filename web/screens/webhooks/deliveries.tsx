import { UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { count } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Choice } from '../../ui/filters.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import { endpointApi, type Delivery, type Endpoint } from './api.ts';
import { deliveriesQuery } from './queries.ts';
import { DELIVERY_STATES, DELIVERY_WORDS, formatLag, type DeliveryState } from './words.ts';
import classes from './webhooks.module.css';

interface Row extends Delivery {
  id: string;
}

const helper = columnsOf<Row>();
const columns = helper.columns([
  helper.accessor('createdAt', {
    header: 'Happened',
    meta: { width: '162px', hideBelow: 560 },
    cell: ({ getValue }) => <Time at={getValue()} seconds />,
  }),
  helper.accessor('type', {
    header: 'Event',
    meta: { width: 'minmax(120px, 1fr)' },
    cell: ({ getValue }) => <span className="mono">{getValue()}</span>,
  }),
  helper.accessor('status', {
    header: 'State',
    meta: { width: '106px' },
    cell: ({ getValue }) => {
      const { label, tone, icon } = DELIVERY_WORDS[getValue()];
      return <Badge label={label} tone={tone} icon={icon} />;
    },
  }),
  helper.accessor('tries', {
    header: 'Tries',
    meta: { width: '44px', align: 'end' },
    cell: ({ getValue }) => <span className="amount">{getValue()}</span>,
  }),
  helper.accessor('lastResponseStatus', {
    header: 'Last answer',
    meta: { width: 'minmax(110px, 1fr)', hideBelow: 560 },
    cell: ({ row }) => (
      <span className="soft">
        {row.original.lastResponseStatus ?? row.original.lastError ?? '—'}
      </span>
    ),
  }),
]) as Columns<Row>;

const NOTHING: readonly Row[] = [];

/** What an endpoint was sent, newest first; the tries of the one that is chosen below the list. */
export function Deliveries({
  endpoint,
  status,
  onStatus,
}: {
  endpoint: Endpoint;
  status: DeliveryState | undefined;
  onStatus: (status: DeliveryState | undefined) => void;
}) {
  const list = useInfiniteQuery(deliveriesQuery(endpoint.id, status));
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = useMemo(
    () =>
      list.data?.pages.flatMap(({ deliveries }) =>
        deliveries.map((delivery): Row => ({ ...delivery, id: delivery.eventId })),
      ) ?? NOTHING,
    [list.data],
  );
  const open = rows.find(({ id }) => id === chosen);
  return (
    <div className={classes['deliveries']}>
      <Choice
        label="State"
        value={status}
        values={DELIVERY_STATES}
        labelOf={(state) => DELIVERY_WORDS[state].label}
        onChange={onStatus}
      />
      <DataTable
        label="Deliveries"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        onOpen={({ id }) => setChosen(id === chosen ? null : id)}
        empty={
          <Empty title={status ? 'None is in this state' : 'Nothing was sent yet'}>
            <p>It hears of what happens after it was added. “Send a test” shows that it works.</p>
          </Empty>
        }
      />
      {open && <Attempts endpoint={endpoint} delivery={open} onClose={() => setChosen(null)} />}
    </div>
  );
}

function Attempts({
  endpoint,
  delivery,
  onClose,
}: {
  endpoint: Endpoint;
  delivery: Delivery;
  onClose: () => void;
}) {
  const may = useMay();
  const queries = useQueryClient();
  const replay = useMutation({
    mutationFn: () =>
      answerOf(
        endpointApi[':id'].replay.$post(
          { param: { id: endpoint.id }, json: { eventIds: [delivery.eventId] } },
          idempotencyKey(),
        ),
      ),
    onSuccess: async () => {
      notifications.show({ message: 'Due now: it is sent again under the same id' });
      await queries.invalidateQueries({ queryKey: ['webhooks'] });
    },
  });
  return (
    <Section
      title={count(delivery.attempts.length, 'try', 'tries')}
      aside={
        <UnstyledButton className="soft" onClick={onClose}>
          Close
        </UnstyledButton>
      }
    >
      <div className={classes['attemptsHead']}>
        <span>{DELIVERY_WORDS[delivery.status].next}</span>
        {delivery.status === 'PENDING' && (
          <span className="soft">
            Due <Time at={delivery.dueAt} seconds />
          </span>
        )}
        <CopyId id={delivery.eventId} label="webhook-id" />
        <ActButton
          verdict={may('settings')}
          variant="default"
          loading={replay.isPending}
          onClick={() => replay.mutate()}
        >
          Send again
        </ActButton>
      </div>
      {replay.error && <ErrorPanel error={replay.error} />}
      <ol className={classes['attempts']}>
        {delivery.attempts.map((attempt) => (
          <li key={attempt.attempt}>
            <span className="amount">{attempt.attempt}</span>
            <Time at={attempt.at} seconds />
            <span>{attempt.error ?? `Answered ${String(attempt.responseStatus)}`}</span>
            <span className="amount soft">{formatLag(attempt.durationMs)}</span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
