import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { download } from '../../lib/download.ts';
import { useFilters } from '../../lib/filters.ts';
import { useMay, useSession } from '../../lib/may.ts';
import { formatTime, useTimeZone } from '../../lib/time.ts';
import { no } from '../../lib/verdict.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Choice, Find } from '../../ui/filters.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar, Page } from '../../ui/page.tsx';
import { SavedViews } from '../../ui/saved-views/saved-views.tsx';
import { askedOf, type AuditAsked } from './asked.ts';
import { auditColumns, type AuditLine } from './columns.tsx';
import { auditQuery } from './queries.ts';
import { RowDrawer } from './row-drawer.tsx';
import { Seals } from './seals.tsx';
import { AUDIT_STATES, readAuditSearch, type AuditSearch } from './search.ts';

const NOTHING: readonly AuditLine[] = [];

/** Who did what, when and from where; and that nobody has changed that since. */
export function Audit() {
  const [search, change] = useFilters(readAuditSearch);
  const { row, ...filters } = search;
  const zone = useTimeZone();
  const asked = askedOf(search, zone);
  const { actor } = useSession();
  const verdict = useMay()('audit');
  const list = useInfiniteQuery({ ...auditQuery(asked), enabled: verdict.allowed });
  const lines = useMemo(
    () =>
      list.data?.pages.flatMap(({ auditLogs }) =>
        auditLogs.map((each): AuditLine => ({ ...each, id: String(each.id), row: each })),
      ) ?? NOTHING,
    [list.data],
  );
  const columns = useMemo(() => auditColumns(actor), [actor]);
  const save = useExport(asked);
  return (
    <Page
      title="Audit"
      lead="Who did what, before and after. That it was read stands here too."
      actions={<Exports onTake={save.mutate} isPending={save.isPending} verdict={verdict} />}
    >
      {save.error && <ErrorPanel error={save.error} />}
      {verdict.allowed ? (
        <>
          <Seals />
          <Filters filters={filters} change={change} />
          <AsOf atMs={list.dataUpdatedAt} />
          <DataTable
            label="Audit log"
            columns={columns}
            rows={lines}
            {...listProps(list)}
            onOpen={({ id }) => change({ row: id })}
            empty={
              <Empty title="No row fits these filters">
                <p>Take a filter away, or widen the days, to see more.</p>
              </Empty>
            }
          />
          <RowDrawer id={row} lines={lines} onMove={(id) => change({ row: id })} />
        </>
      ) : (
        <Empty title="The audit log is not yours to read">
          <p>{verdict.reason}</p>
        </Empty>
      )}
    </Page>
  );
}

/** The log is as of when it was asked for: reading it is a row itself. */
function AsOf({ atMs }: { atMs: number }) {
  const queries = useQueryClient();
  const zone = useTimeZone();
  if (atMs === 0) return null;
  return (
    <p className="soft no-print" style={{ margin: 0 }}>
      As of {formatTime(new Date(atMs).toISOString(), zone, 'second')}.{' '}
      <Button
        variant="default"
        size="compact-xs"
        onClick={() => void queries.resetQueries({ queryKey: ['audit-log', 'list'] })}
      >
        Look again
      </Button>
    </p>
  );
}

type Format = 'csv' | 'jsonl';

/** Takes the log that is shown out as a file. A refusal stays on the screen. */
const useExport = (asked: AuditAsked) =>
  useMutation({
    mutationFn: (format: Format) => {
      const query = new URLSearchParams({ ...(asked as Record<string, string>), format });
      return download(`/api/disbursement/audit-logs/export?${query.toString()}`);
    },
  });

function Exports({
  onTake,
  isPending,
  verdict,
}: {
  onTake: (format: Format) => void;
  isPending: boolean;
  verdict: ReturnType<ReturnType<typeof useMay>>;
}) {
  const known = isPending ? no('A file is on its way.') : verdict;
  return (
    <>
      <ActButton variant="default" verdict={known} onClick={() => onTake('csv')}>
        Export CSV
      </ActButton>
      <ActButton variant="default" verdict={known} onClick={() => onTake('jsonl')}>
        Export JSON lines
      </ActButton>
    </>
  );
}

function Filters({
  filters,
  change,
}: {
  filters: Omit<AuditSearch, 'row'>;
  change: (changed: Partial<AuditSearch>) => void;
}) {
  const day = (name: 'from' | 'to', label: string) => (
    <TextInput
      type="date"
      label={label}
      value={filters[name] ?? ''}
      onChange={(event) => change({ [name]: event.currentTarget.value || undefined })}
    />
  );
  return (
    <Bar label="Filters">
      <Find
        label="Action"
        placeholder="batch.paused, or batch. for all"
        value={filters.action}
        onChange={(action) => change({ action })}
      />
      <Find
        label="Batch or payment"
        width={150}
        placeholder="Its id"
        value={filters.about}
        onChange={(about) => change({ about })}
      />
      <Find
        label="Who"
        width={160}
        placeholder="user:…, key:…, system"
        value={filters.actor}
        onChange={(actor) => change({ actor })}
      />
      <Find
        label="From address"
        width={130}
        placeholder="192.0.2.1"
        value={filters.ipAddress}
        onChange={(ipAddress) => change({ ipAddress })}
      />
      <Choice
        label="Outcome"
        value={filters.status}
        values={AUDIT_STATES}
        labelOf={(status) => status.toLowerCase()}
        onChange={(status) => change({ status })}
      />
      {day('from', 'First day')}
      {day('to', 'Last day')}
      <SavedViews screen="audit" search={filters} />
    </Bar>
  );
}
