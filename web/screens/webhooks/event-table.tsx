import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { providerLabel } from '../../lib/words.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age, Time } from '../../ui/time.tsx';
import type { StoredEvent } from './api.ts';
import { eventsQuery, type EventFilter } from './queries.ts';
import { EVENT_WORDS, formatLag } from './words.ts';

interface Row extends StoredEvent {
  /** `provider/eventId`: an id of a provider alone is no id. */
  id: string;
}

const helper = columnsOf<Row>();
const columns = helper.columns([
  helper.accessor('receivedAt', {
    header: 'Received',
    meta: { width: '162px', hideBelow: 560 },
    cell: ({ getValue }) => <Time at={getValue()} seconds />,
  }),
  helper.accessor('type', {
    header: 'Event',
    meta: { width: 'minmax(130px, 1.4fr)' },
    cell: ({ getValue }) => <span className="mono">{getValue()}</span>,
  }),
  helper.accessor('result', {
    header: 'What it did',
    meta: { width: '128px' },
    cell: ({ getValue }) => {
      const { label, tone, icon } = EVENT_WORDS[getValue()];
      return <Badge label={label} tone={tone} icon={icon} />;
    },
  }),
  helper.display({
    id: 'lag',
    header: 'Lag',
    meta: { width: '72px', align: 'end', hideBelow: 800 },
    cell: ({ row }) => <Lag event={row.original} />,
  }),
  helper.accessor('provider', {
    header: 'Provider',
    meta: { width: '124px', hideBelow: 800 },
    cell: ({ getValue }) => providerLabel(getValue()),
  }),
  helper.accessor('paymentId', {
    header: 'Payment',
    meta: { width: '140px', hideBelow: 800 },
    cell: ({ getValue }) => <MaybeId id={getValue()} label="payment id" />,
  }),
  helper.accessor('eventId', {
    header: 'Event id',
    meta: { width: 'minmax(110px, 1fr)', hideBelow: 1080 },
    cell: ({ getValue }) => <CopyId id={getValue()} label="event id" />,
  }),
  helper.accessor('replays', {
    header: 'Replays',
    meta: { width: '64px', align: 'end', hideBelow: 1080 },
    cell: ({ getValue }) => <span className="amount">{getValue() === 0 ? '—' : getValue()}</span>,
  }),
]) as Columns<Row>;

const NOTHING: readonly Row[] = [];

/** From the receipt to the effect; of what still waits, until now. */
function Lag({ event: { receivedAt, appliedAt, result } }: { event: StoredEvent }) {
  if (result === 'waiting') return <Age at={receivedAt} />;
  if (appliedAt === null) return <span className="soft">—</span>;
  const lagMs = Date.parse(appliedAt) - Date.parse(receivedAt);
  return <span className="amount">{formatLag(lagMs)}</span>;
}

function MaybeId({ id, label }: { id: string | null; label: string }) {
  return id === null ? <span className="soft">none</span> : <CopyId id={id} label={label} />;
}

/** Events of providers, newest first. `onOpen` is given `provider/eventId`. */
export function EventTable({
  filter,
  onOpen,
  empty,
}: {
  filter: EventFilter;
  onOpen: (id: string) => void;
  empty: ReactNode;
}) {
  const list = useInfiniteQuery(eventsQuery(filter));
  const rows = useMemo(
    () =>
      list.data?.pages.flatMap(({ webhookEvents }) =>
        webhookEvents.map((event): Row => ({ ...event, id: `${event.provider}/${event.eventId}` })),
      ) ?? NOTHING,
    [list.data],
  );
  return (
    <DataTable
      label="Events of providers"
      columns={columns}
      rows={rows}
      {...listProps(list)}
      onOpen={({ id }) => onOpen(id)}
      empty={empty}
    />
  );
}
