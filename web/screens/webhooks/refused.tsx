import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useMay } from '../../lib/may.ts';
import { providerLabel } from '../../lib/words.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty, Note } from '../../ui/note.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import { refusedQuery } from './queries.ts';
import { EVENT_WORDS } from './words.ts';

interface Row {
  id: string;
  at: string;
  provider: string;
  reason: string;
  calls: number;
  from: string | null;
}

const REASONS: Readonly<Record<string, string>> = {
  not_authentic: 'Signature wrong, missing or too old',
  foreign_account: 'Authentic, but about a stranger’s account',
  unreadable: 'Authentic, but not readable',
  too_large: 'Larger than an event may be',
};

const helper = columnsOf<Row>();
const columns = helper.columns([
  helper.accessor('at', {
    header: 'When',
    meta: { width: '162px' },
    cell: ({ getValue }) => <Time at={getValue()} seconds />,
  }),
  helper.accessor('reason', {
    header: 'Why',
    meta: { width: 'minmax(150px, 2fr)' },
    cell: ({ getValue }) => (
      <Badge
        label={REASONS[getValue()] ?? getValue()}
        tone="bad"
        icon={EVENT_WORDS.contradiction.icon}
      />
    ),
  }),
  helper.accessor('provider', {
    header: 'At the door of',
    meta: { width: '140px', hideBelow: 560 },
    cell: ({ getValue }) => providerLabel(getValue()),
  }),
  helper.accessor('from', {
    header: 'From',
    meta: { width: 'minmax(110px, 1fr)', hideBelow: 800 },
    cell: ({ getValue }) => <span className="mono">{getValue() ?? 'unknown'}</span>,
  }),
  helper.accessor('calls', {
    header: 'Calls',
    meta: { width: '64px', align: 'end' },
    cell: ({ getValue }) => <span className="amount">{getValue().toLocaleString('en')}</span>,
  }),
]) as Columns<Row>;

const NOTHING: readonly Row[] = [];
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Calls at the door that were turned away; they stand in the audit log. */
export function Refused() {
  const verdict = useMay()('audit');
  const list = useInfiniteQuery({ ...refusedQuery, enabled: verdict.allowed });
  const rows = useMemo(
    () =>
      list.data?.pages.flatMap(({ auditLogs }) =>
        auditLogs.map(({ id, createdAt, details, ipAddress }): Row => ({
          id: String(id),
          at: createdAt,
          provider: textOf(details?.['provider']),
          reason: textOf(details?.['reason']),
          calls: Number(details?.['count'] ?? 1),
          from: ipAddress,
        })),
      ) ?? NOTHING,
    [list.data],
  );
  if (!verdict.allowed) {
    return (
      <Note>
        <p>Refused calls stand in the audit log. {verdict.reason}</p>
      </Note>
    );
  }
  return (
    <DataTable
      label="Refused calls"
      columns={columns}
      rows={rows}
      {...listProps(list)}
      empty={
        <Empty title="Nothing was refused">
          <p>Calls without a valid signature would be listed here, with where they came from.</p>
        </Empty>
      }
    />
  );
}
