import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSession } from '../../lib/may.ts';
import { PROVIDER_NAMES, providerLabel } from '../../lib/words.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Choice } from '../../ui/filters.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';
import type { Case } from './api.ts';
import { CaseDrawer } from './case-drawer.tsx';
import { casesQuery } from './queries.ts';
import { OWNERS, type Owner, type ReconciliationSearch } from './search.ts';
import { ownNameOf } from './own-name.ts';
import { CASE_KINDS, CASE_STATE_WORDS, CASE_STATES, CASE_WORDS, SEVERITY_WORDS } from './words.ts';

const OWNER_LABELS: Readonly<Record<Owner, string>> = { me: 'Me', none: 'Nobody' };

const helper = columnsOf<Case>();
const columns = helper.columns([
  helper.accessor('severity', {
    header: 'Weight',
    meta: { width: '92px', hideBelow: 560 },
    cell: ({ getValue }) => <Badge {...SEVERITY_WORDS[getValue()]} />,
  }),
  helper.accessor('kind', {
    header: 'What',
    meta: { width: 'minmax(120px, 176px)' },
    cell: ({ getValue }) => CASE_WORDS[getValue()].label,
  }),
  helper.accessor('summary', {
    header: 'In words',
    meta: { width: 'minmax(140px, 3fr)' },
    cell: ({ getValue }) => <span className="soft">{getValue()}</span>,
  }),
  helper.accessor('provider', {
    header: 'Provider',
    meta: { width: '124px', hideBelow: 1080 },
    cell: ({ getValue }) => {
      const name = getValue();
      return name === null ? <span className="soft">—</span> : providerLabel(name);
    },
  }),
  helper.accessor('owner', {
    header: 'Owner',
    meta: { width: 'minmax(90px, 150px)', hideBelow: 800 },
    cell: ({ getValue }) => getValue() ?? <span className="soft">nobody</span>,
  }),
  helper.accessor('status', {
    header: 'State',
    meta: { width: '98px', hideBelow: 560 },
    cell: ({ getValue }) => <Badge {...CASE_STATE_WORDS[getValue()]} />,
  }),
  helper.accessor('createdAt', {
    header: 'Age',
    meta: { width: '56px', align: 'end' },
    cell: ({ getValue }) => <Age at={getValue()} />,
  }),
]) as Columns<Case>;

const NOTHING: readonly Case[] = [];

interface Props {
  search: ReconciliationSearch;
  change: (changed: Partial<ReconciliationSearch>) => void;
}

/** What a person must look at. Without a filter, those that are open. */
export function Cases({ search, change }: Props) {
  const { status = 'OPEN', kind, provider, owner } = search;
  const ownName = ownNameOf(useSession());
  const list = useInfiniteQuery(
    casesQuery({
      status,
      kind,
      provider,
      owner: owner === 'me' ? ownName : owner,
    }),
  );
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ cases }) => cases) ?? NOTHING,
    [list.data],
  );
  const filtered = kind ?? provider ?? owner;
  return (
    <>
      <Filters search={search} change={change} />
      <DataTable
        label="Cases"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        onOpen={({ id }) => change({ case: id })}
        empty={
          <Empty
            title={
              filtered
                ? 'No case fits these filters'
                : status === 'OPEN'
                  ? 'No case is open'
                  : 'None is resolved'
            }
          >
            <p>
              A case is opened where something does not agree, or where nobody but a person can say
              what happened.
            </p>
          </Empty>
        }
      />
      <CaseDrawer id={search.case} onClose={() => change({ case: undefined })} />
    </>
  );
}

function Filters({ search: { status, kind, provider, owner }, change }: Props) {
  return (
    <Bar label="Filters">
      <Choice
        label="State"
        value={status === 'OPEN' ? undefined : status}
        values={CASE_STATES.filter((state) => state !== 'OPEN')}
        labelOf={(state) => CASE_STATE_WORDS[state].label}
        none={CASE_STATE_WORDS.OPEN.label}
        onChange={(chosen) => change({ status: chosen })}
      />
      <Choice
        label="What"
        value={kind}
        values={CASE_KINDS}
        labelOf={(each) => CASE_WORDS[each].label}
        onChange={(chosen) => change({ kind: chosen })}
      />
      <Choice
        label="Provider"
        value={provider}
        values={PROVIDER_NAMES}
        labelOf={providerLabel}
        onChange={(chosen) => change({ provider: chosen })}
      />
      <Choice
        label="Owner"
        value={owner}
        values={OWNERS}
        labelOf={(each) => OWNER_LABELS[each]}
        none="Anybody"
        onChange={(chosen) => change({ owner: chosen })}
      />
    </Bar>
  );
}
