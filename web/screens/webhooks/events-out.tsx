import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMay } from '../../lib/may.ts';
import { allOf, no, YES } from '../../lib/verdict.ts';
import { count } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { WHOLE_LIST } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';
import type { Endpoint } from './api.ts';
import { EndpointBadge } from './endpoint-badge.tsx';
import { EndpointDialog } from './endpoint-dialog.tsx';
import { EndpointDrawer } from './endpoint-drawer.tsx';
import { endpointsQuery, recentDeliveriesQuery } from './queries.ts';
import type { WebhooksSearch } from './search.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { DELIVERY_WORDS } from './words.ts';

const NOTHING: readonly Endpoint[] = [];
/** What the API takes. */
const ENDPOINTS_MAX = 20;

const helper = columnsOf<Endpoint>();
const columns = helper.columns([
  helper.accessor('url', {
    header: 'Endpoint',
    meta: { width: 'minmax(150px, 2fr)' },
    cell: ({ getValue }) => <span className="mono">{getValue()}</span>,
  }),
  helper.accessor('status', {
    header: 'State',
    meta: { width: '104px' },
    cell: ({ getValue }) => <EndpointBadge status={getValue()} />,
  }),
  helper.accessor('id', {
    header: 'Last 50 deliveries',
    meta: { width: 'minmax(150px, 1fr)', hideBelow: 560 },
    cell: ({ getValue }) => <Health id={getValue()} />,
  }),
  helper.accessor('eventTypes', {
    header: 'Hears of',
    meta: { width: '96px', hideBelow: 800 },
    cell: ({ getValue }) =>
      getValue().length === 0 ? 'everything' : count(getValue().length, 'type'),
  }),
  helper.accessor('description', {
    header: 'What it is',
    meta: { width: 'minmax(110px, 1fr)', hideBelow: 1080 },
    cell: ({ getValue }) => <span className="soft">{getValue() ?? '—'}</span>,
  }),
  helper.accessor('createdAt', {
    header: 'Age',
    meta: { width: '64px', align: 'end', hideBelow: 800 },
    cell: ({ getValue }) => <Age at={getValue()} />,
  }),
]) as Columns<Endpoint>;

/** How an endpoint takes what it is sent, by its newest deliveries. */
function Health({ id }: { id: string }) {
  const { data } = useQuery(recentDeliveriesQuery(id));
  if (!data) return <span className="soft">…</span>;
  if (data.length === 0) return <span className="soft">nothing sent yet</span>;
  const failed = data.filter(({ status }) => status === 'GIVEN_UP').length;
  const waiting = data.filter(({ status, tries }) => status === 'PENDING' && tries > 0).length;
  if (failed + waiting === 0) {
    return <Badge label="All taken" tone="good" icon={DELIVERY_WORDS.DELIVERED.icon} />;
  }
  return failed > 0 ? (
    <Badge label={`${failed} given up`} tone="bad" icon={DELIVERY_WORDS.GIVEN_UP.icon} />
  ) : (
    <Badge label={`${waiting} being retried`} tone="doubt" icon={DELIVERY_WORDS.PENDING.icon} />
  );
}

/** Endpoints of your systems that hear of payments and batches. */
export function EventsOut({
  search: { endpoint, status },
  change,
}: {
  search: WebhooksSearch;
  change: (changed: Partial<WebhooksSearch>) => void;
}) {
  const may = useMay();
  const { data, error, refetch, isPending } = useQuery(endpointsQuery);
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const rows = useMemo(() => data ?? NOTHING, [data]);
  const verdict = allOf(
    may('settings'),
    rows.length >= ENDPOINTS_MAX ? no(`There are ${ENDPOINTS_MAX}, as many as there may be.`) : YES,
  );
  const open = rows.find(({ id }) => id === endpoint);
  return (
    <>
      <Bar label="Endpoints">
        <ActButton verdict={verdict} onClick={() => setAdding(true)}>
          Add endpoint
        </ActButton>
      </Bar>
      <DataTable
        label="Endpoints"
        columns={columns}
        rows={rows}
        {...WHOLE_LIST}
        isPending={isPending}
        error={error}
        onRetry={() => void refetch()}
        onOpen={({ id }) => change({ endpoint: id })}
        empty={
          <Empty title="Nobody is told of anything yet">
            <p>
              Add the address of your system: it hears of every payment and batch from then on, and
              can check the signature by the secret that you are shown once.
            </p>
          </Empty>
        }
      />
      {adding && (
        <EndpointDialog
          onClose={() => setAdding(false)}
          onDone={(made) => {
            setAdding(false);
            setSecret(made);
          }}
        />
      )}
      {secret !== null && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
      <EndpointDrawer
        endpoint={open}
        status={status}
        onStatus={(chosen) => change({ status: chosen })}
        onSecret={setSecret}
        onClose={() => change({ endpoint: undefined, status: undefined })}
      />
    </>
  );
}
