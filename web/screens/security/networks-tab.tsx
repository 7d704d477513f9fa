import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMay, useSession } from '../../lib/may.ts';
import { actorLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { WHOLE_LIST } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age } from '../../ui/time.tsx';
import { NetworksDialog } from './networks-dialog.tsx';
import { allowListsQuery, type AllowList } from './queries.ts';
import { roleLabel, SCOPES } from './words.ts';

type Row = AllowList & { id: string };
const NOTHING: readonly Row[] = [];
const helper = columnsOf<Row>();

const columnsFor = (ownActor: string): Columns<Row> =>
  helper.columns([
    helper.accessor('scope', {
      header: 'Limits a',
      meta: { width: '92px' },
      cell: ({ getValue }) => SCOPES[getValue()],
    }),
    helper.accessor('subject', {
      header: 'Which',
      meta: { width: 'minmax(90px, 1fr)' },
      cell: ({ getValue }) => roleLabel(getValue()),
    }),
    helper.accessor('cidrs', {
      header: 'To these networks',
      meta: { width: 'minmax(120px, 2fr)' },
      cell: ({ getValue }) => <span className="mono">{getValue().join(', ')}</span>,
    }),
    helper.accessor('note', {
      header: 'Note',
      meta: { width: 'minmax(90px, 1fr)', hideBelow: 800 },
      cell: ({ getValue }) => <span className="soft">{getValue()}</span>,
    }),
    helper.accessor('updatedBy', {
      header: 'Set by',
      meta: { width: '120px', hideBelow: 1080 },
      cell: ({ getValue }) => actorLabel(getValue(), ownActor),
    }),
    helper.accessor('updatedAt', {
      header: 'Ago',
      meta: { width: '56px', align: 'end', hideBelow: 560 },
      cell: ({ getValue }) => <Age at={getValue()} />,
    }),
  ]) as Columns<Row>;

/** From which networks alone roles, keys and permissions may be used. */
export function NetworksTab() {
  const may = useMay();
  const { actor } = useSession();
  const list = useQuery(allowListsQuery);
  const rows = useMemo(
    () => list.data?.map((each) => ({ ...each, id: `${each.scope} ${each.subject}` })) ?? NOTHING,
    [list.data],
  );
  const columns = useMemo(() => columnsFor(actor), [actor]);
  const [open, setOpen] = useState<AllowList | 'new' | null>(null);
  return (
    <>
      <Bar label="Actions">
        <ActButton verdict={may('settings')} onClick={() => setOpen('new')}>
          Limit to networks
        </ActButton>
      </Bar>
      <div style={{ marginTop: 12 }}>
        <DataTable
          label="Networks"
          columns={columns}
          rows={rows}
          {...WHOLE_LIST}
          isPending={list.isPending}
          error={list.error}
          onRetry={() => void list.refetch()}
          onOpen={setOpen}
          empty={
            <Empty title="Nothing is limited to networks">
              <p>
                Every role, key and permission works from anywhere, unless a key has networks of its
                own.
              </p>
            </Empty>
          }
        />
      </div>
      {open && <NetworksDialog list={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </>
  );
}
