import { NativeSelect, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answerOf, idempotencyKey, type Once } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { WHOLE_LIST } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { ruleApi } from './api.ts';
import { programmesQuery, type Programme } from './queries.ts';
import classes from './rules.module.css';

const NOTHING: readonly Programme[] = [];
const helper = columnsOf<Programme>();

const CALCULATES = {
  true: 'By themselves',
  false: 'When that is asked for',
} as const;

const columns = helper.columns([
  helper.accessor('name', { header: 'Programme', meta: { width: 'minmax(120px, 2fr)' } }),
  helper.accessor('externalId', {
    header: 'At the platform',
    meta: { width: 'minmax(90px, 1fr)', hideBelow: 560 },
    cell: ({ getValue }) => <span className="mono">{getValue()}</span>,
  }),
  helper.accessor('zone', { header: 'Zone', meta: { width: 'minmax(90px, 1fr)' } }),
  helper.accessor('automatic', {
    header: 'Conversions are reckoned',
    meta: { width: 'minmax(140px, 1.2fr)', hideBelow: 800 },
    cell: ({ getValue }) => CALCULATES[getValue() ? 'true' : 'false'],
  }),
  helper.accessor('id', {
    header: 'Id',
    meta: { width: '130px', hideBelow: 560 },
    cell: ({ getValue }) => <CopyId id={getValue()} label="programme id" />,
  }),
]) as Columns<Programme>;

/** What affiliates work for. A programme has its rules, its schedules and its zone. */
export function ProgrammesTab() {
  const may = useMay();
  const list = useQuery(programmesQuery);
  const rows = useMemo(() => list.data ?? NOTHING, [list.data]);
  const [open, setOpen] = useState<Programme | 'new' | null>(null);
  return (
    <>
      <Bar label="Actions">
        <ActButton verdict={may('rules')} onClick={() => setOpen('new')}>
          New programme
        </ActButton>
      </Bar>
      <div style={{ marginTop: 12 }}>
        <DataTable
          label="Programmes"
          columns={columns}
          rows={rows}
          {...WHOLE_LIST}
          isPending={list.isPending}
          error={list.error}
          onRetry={() => void list.refetch()}
          {...(may('rules').allowed && { onOpen: setOpen })}
          empty={
            <Empty title="No programme">
              <p>One is there from the start; look again in a moment.</p>
            </Empty>
          }
        />
      </div>
      {open && (
        <ProgrammeDialog programme={open === 'new' ? null : open} onClose={() => setOpen(null)} />
      )}
    </>
  );
}

interface Draft {
  name: string;
  externalId: string;
  zone: string;
  automatic: boolean;
}

/** Adds a programme, or changes what may change of one. */
function keep(programme: Programme | null, draft: Draft, once: Once): Promise<unknown> {
  const { automatic, externalId, zone } = draft;
  const name = draft.name.trim();
  if (programme === null)
    return answerOf(
      ruleApi.programmes.$post({ json: { name, externalId, zone, automatic } }, once),
    );
  return answerOf(
    ruleApi.programmes[':id'].$patch({ param: { id: programme.id }, json: { name, automatic } }),
  );
}

function ProgrammeDialog({
  programme,
  onClose,
}: {
  programme: Programme | null;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [once] = useState(idempotencyKey);
  const [draft, setDraft] = useState<Draft>({
    name: programme?.name ?? '',
    externalId: programme?.externalId ?? '',
    zone: programme?.zone ?? 'UTC',
    automatic: programme?.automatic ?? true,
  });
  const set = (changed: Partial<Draft>) => setDraft({ ...draft, ...changed });
  const name = draft.name.trim();
  return (
    <AskDialog
      title={programme === null ? 'New programme' : programme.name}
      label={programme === null ? 'Add it' : 'Change it'}
      ready={name !== '' && draft.externalId.trim() !== ''}
      act={() => keep(programme, draft, once)}
      onDone={async () => {
        onClose();
        notifications.show({ message: programme === null ? `Added ${name}` : `Changed ${name}` });
        await queries.invalidateQueries({ queryKey: ['rules'] });
      }}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        value={draft.name}
        data-autofocus
        maxLength={200}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <div className={classes['pair']}>
        <TextInput
          label="At the platform"
          description="It never changes"
          disabled={programme !== null}
          value={draft.externalId}
          onChange={(event) => set({ externalId: event.currentTarget.value })}
        />
        <TextInput
          label="Zone"
          description="It never changes"
          disabled={programme !== null}
          value={draft.zone}
          onChange={(event) => set({ zone: event.currentTarget.value })}
        />
      </div>
      <NativeSelect
        label="Conversions are reckoned"
        value={String(draft.automatic)}
        data={Object.entries(CALCULATES).map(([value, label]) => ({ value, label }))}
        onChange={(event) => set({ automatic: event.currentTarget.value === 'true' })}
      />
    </AskDialog>
  );
}
