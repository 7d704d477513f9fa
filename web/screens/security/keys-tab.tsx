import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMay, useSession } from '../../lib/may.ts';
import { useNow } from '../../lib/now.ts';
import { actorLabel } from '../../lib/words.ts';
import { allOf, no, YES } from '../../lib/verdict.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Facts } from '../../ui/facts.tsx';
import { WHOLE_LIST } from '../../ui/list-props.ts';
import { Empty, Note } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Age, Time } from '../../ui/time.tsx';
import { NewKeyDialog, RevokeKeyDialog, RotateKeyDialog } from './key-dialogs.tsx';
import { keysQuery, type ApiKey } from './queries.ts';
import { roleLabel } from './words.ts';
import classes from './security.module.css';

const NOTHING: readonly ApiKey[] = [];
const helper = columnsOf<ApiKey>();

const isOver = ({ expiresAt }: ApiKey, nowMs: number): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= nowMs;

function KeyBadge({ apiKey }: { apiKey: ApiKey }) {
  const nowMs = useNow();
  if (apiKey.revokedAt !== null) return <Badge label="Revoked" tone="off" />;
  if (apiKey.frozenAt !== null) return <Badge label="Frozen" tone="bad" />;
  if (isOver(apiKey, nowMs)) return <Badge label="Expired" tone="off" />;
  return <Badge label="Works" tone="good" />;
}

const columns = helper.columns([
  helper.accessor('name', { header: 'Key', meta: { width: 'minmax(110px, 1.4fr)' } }),
  helper.display({
    id: 'state',
    header: 'State',
    meta: { width: '84px' },
    cell: ({ row: { original } }) => <KeyBadge apiKey={original} />,
  }),
  helper.accessor('role', {
    header: 'Role',
    meta: { width: '96px', hideBelow: 560 },
    cell: ({ getValue }) => roleLabel(getValue()),
  }),
  helper.accessor('scopes', {
    header: 'Scopes',
    meta: { width: 'minmax(100px, 1.2fr)', hideBelow: 800 },
    cell: ({ getValue }) => (
      <span className="soft">{getValue()?.join(', ') ?? 'all of its role'}</span>
    ),
  }),
  helper.accessor('cidrs', {
    header: 'From',
    meta: { width: 'minmax(90px, 1fr)', hideBelow: 1080 },
    cell: ({ getValue }) => (
      <span className="soft">{getValue().length === 0 ? 'anywhere' : getValue().join(', ')}</span>
    ),
  }),
  helper.accessor('expiresAt', {
    header: 'Ends',
    meta: { width: '140px', hideBelow: 1080 },
    cell: ({ getValue }) => {
      const at = getValue();
      return at === null ? <span className="soft">never</span> : <Time at={at} />;
    },
  }),
  helper.accessor('lastUsedAt', {
    header: 'Last used',
    meta: { width: '76px', align: 'end' },
    cell: ({ getValue }) => {
      const at = getValue();
      return at === null ? <span className="soft">never</span> : <Age at={at} />;
    },
  }),
]) as Columns<ApiKey>;

/** The keys of programs: what each may do, from where, until when. */
export function KeysTab() {
  const may = useMay();
  const list = useQuery(keysQuery);
  const rows = useMemo(() => list.data ?? NOTHING, [list.data]);
  const [open, setOpen] = useState<string | undefined>();
  const [adding, setAdding] = useState(false);
  const key = rows.find(({ id }) => id === open);
  return (
    <>
      <Bar label="Actions">
        <ActButton verdict={may('settings')} onClick={() => setAdding(true)}>
          New key
        </ActButton>
      </Bar>
      <div style={{ marginTop: 12 }}>
        <DataTable
          label="API keys"
          columns={columns}
          rows={rows}
          {...WHOLE_LIST}
          isPending={list.isPending}
          error={list.error}
          onRetry={() => void list.refetch()}
          onOpen={({ id }) => setOpen(id)}
          empty={
            <Empty title="No key yet">
              <p>Programs call the API with keys. “New key” makes one.</p>
            </Empty>
          }
        />
      </div>
      <Drawer
        opened={key !== undefined}
        onClose={() => setOpen(undefined)}
        size={560}
        title="API key"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {key && <Known apiKey={key} />}
      </Drawer>
      {adding && <NewKeyDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function Known({ apiKey }: { apiKey: ApiKey }) {
  const may = useMay();
  const nowMs = useNow();
  const { actor } = useSession();
  const [act, setAct] = useState<'rotate' | 'revoke' | null>(null);
  const works =
    apiKey.revokedAt !== null || isOver(apiKey, nowMs)
      ? no('This key does not work any more.')
      : YES;
  const close = () => setAct(null);
  return (
    <div className={classes['stack']}>
      <div>
        <strong>{apiKey.name}</strong> <KeyBadge apiKey={apiKey} />
      </div>
      {apiKey.frozenReason && (
        <Note tone="bad">
          <p>Frozen: {apiKey.frozenReason}</p>
        </Note>
      )}
      <Bar label="Actions">
        <ActButton
          verdict={allOf(works, may('settings'))}
          variant="default"
          onClick={() => setAct('rotate')}
        >
          Rotate
        </ActButton>
        <ActButton
          verdict={allOf(
            apiKey.revokedAt === null ? YES : no('It is revoked already.'),
            may('settings'),
          )}
          variant="default"
          onClick={() => setAct('revoke')}
        >
          Revoke
        </ActButton>
      </Bar>
      <Facts
        facts={{
          Key: <CopyId id={apiKey.id} label="key id" />,
          Begins: <span className="mono">bur_{apiKey.prefix}…</span>,
          Role: roleLabel(apiKey.role),
          Scopes: apiKey.scopes?.join(', ') ?? 'all of its role',
          'Works from': apiKey.cidrs.length === 0 ? 'anywhere' : apiKey.cidrs.join(', '),
          'Belongs to':
            apiKey.owner === null ? 'the installation' : actorLabel(apiKey.owner, actor),
          Ends: apiKey.expiresAt === null ? 'never' : <Time at={apiKey.expiresAt} />,
          'Last used':
            apiKey.lastUsedAt === null ? 'never' : <Time at={apiKey.lastUsedAt} seconds />,
          'In the place of': apiKey.rotatedFrom && (
            <CopyId id={apiKey.rotatedFrom} label="key id" />
          ),
          'Made by': actorLabel(apiKey.createdBy, actor),
          Made: <Time at={apiKey.createdAt} />,
          Revoked: apiKey.revokedAt && <Time at={apiKey.revokedAt} />,
        }}
      />
      {act === 'rotate' && <RotateKeyDialog apiKey={apiKey} onClose={close} />}
      {act === 'revoke' && <RevokeKeyDialog apiKey={apiKey} onClose={close} />}
    </div>
  );
}
