import { TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSession } from '../../lib/may.ts';
import { actorLabel, PROVIDER_NAMES, providerLabel } from '../../lib/words.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Choice } from '../../ui/filters.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';
import type { Run } from './api.ts';
import { runsQuery } from './queries.ts';
import { RunDrawer } from './run-drawer.tsx';
import type { ReconciliationSearch } from './search.ts';
import { RUN_WORDS } from './words.ts';
import classes from './reconciliation.module.css';

/** None is as it should be; any other count is for somebody to look at. */
function Difference({ run, n }: { run: Run; n: number }) {
  if (run.status !== 'DONE') return <span className="soft">—</span>;
  return (
    <span className={n > 0 ? `amount ${classes['differs']}` : 'amount soft'}>
      {n.toLocaleString('en')}
    </span>
  );
}

/** All that differs; of what, the columns beside it say where there is room. */
const differencesOf = ({ missingThere, missingHere, amountDiffers, statusDiffers }: Run): number =>
  missingThere + missingHere + amountDiffers + statusDiffers;

const helper = columnsOf<Run>();
const difference =
  (key: 'missingThere' | 'missingHere' | 'amountDiffers' | 'statusDiffers') =>
  ({ row: { original } }: { row: { original: Run } }) => (
    <Difference run={original} n={original[key]} />
  );

const columnsFor = (actor: string): Columns<Run> =>
  helper.columns([
    helper.accessor('day', {
      header: 'Day (UTC)',
      meta: { width: '84px' },
      cell: ({ getValue }) => <span className="amount">{getValue()}</span>,
    }),
    helper.accessor('provider', {
      header: 'Provider',
      meta: { width: 'minmax(72px, 1.4fr)' },
      cell: ({ getValue }) => providerLabel(getValue()),
    }),
    helper.accessor('status', {
      header: 'State',
      meta: { width: '92px' },
      cell: ({ getValue }) => <Badge {...RUN_WORDS[getValue()]} />,
    }),
    helper.accessor('matched', {
      header: 'Matched',
      meta: { width: 'minmax(64px, 1fr)', align: 'end', hideBelow: 560 },
      cell: ({ getValue }) => <span className="amount">{getValue().toLocaleString('en')}</span>,
    }),
    helper.display({
      id: 'differences',
      header: 'Differ',
      meta: { width: 'minmax(44px, 1fr)', align: 'end' },
      cell: ({ row: { original } }) => <Difference run={original} n={differencesOf(original)} />,
    }),
    helper.accessor('missingThere', {
      header: 'Missing there',
      meta: { width: 'minmax(94px, 1fr)', align: 'end', hideBelow: 800 },
      cell: difference('missingThere'),
    }),
    helper.accessor('missingHere', {
      header: 'Missing here',
      meta: { width: 'minmax(88px, 1fr)', align: 'end', hideBelow: 800 },
      cell: difference('missingHere'),
    }),
    helper.accessor('amountDiffers', {
      header: 'Amount differs',
      meta: { width: 'minmax(104px, 1fr)', align: 'end', hideBelow: 800 },
      cell: difference('amountDiffers'),
    }),
    helper.accessor('statusDiffers', {
      header: 'Status differs',
      meta: { width: 'minmax(98px, 1fr)', align: 'end', hideBelow: 800 },
      cell: difference('statusDiffers'),
    }),
    helper.accessor('requestedBy', {
      header: 'Asked by',
      meta: { width: '112px', hideBelow: 1080 },
      cell: ({ getValue }) => <span className="soft">{actorLabel(getValue(), actor)}</span>,
    }),
    helper.accessor('createdAt', {
      header: 'Age',
      meta: { width: '56px', align: 'end', hideBelow: 560 },
      cell: ({ getValue }) => <Age at={getValue()} />,
    }),
  ]) as Columns<Run>;

const NOTHING: readonly Run[] = [];

/** The days that were compared, newest first. */
export function Runs({
  search: { provider, day, run },
  change,
}: {
  search: ReconciliationSearch;
  change: (changed: Partial<ReconciliationSearch>) => void;
}) {
  const list = useInfiniteQuery(runsQuery({ provider, day }));
  const { actor } = useSession();
  const columns = useMemo(() => columnsFor(actor), [actor]);
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ reconciliations }) => reconciliations) ?? NOTHING,
    [list.data],
  );
  return (
    <>
      <Bar label="Filters">
        <Choice
          label="Provider"
          value={provider}
          values={PROVIDER_NAMES}
          labelOf={providerLabel}
          onChange={(chosen) => change({ provider: chosen })}
        />
        <TextInput
          type="date"
          label="Day (UTC)"
          value={day ?? ''}
          onChange={(event) => change({ day: event.currentTarget.value || undefined })}
        />
      </Bar>
      <DataTable
        label="Reconciliations"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        onOpen={({ id }) => change({ run: id })}
        empty={
          <Empty title={provider || day ? 'No day fits these filters' : 'No day was compared yet'}>
            <p>
              Each provider is compared once a day, at 03:10 UTC, by itself. “Reconcile a day” does
              it now.
            </p>
          </Empty>
        }
      />
      <RunDrawer
        id={run}
        onClose={() => change({ run: undefined })}
        onCase={(id) => change({ view: 'cases', run: undefined, case: id })}
      />
    </>
  );
}
