import { Drawer, Kbd } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useKeys } from '../../lib/hotkeys.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import type { AuditRow } from './api.ts';
import classes from './audit.module.css';
import { changesOf, otherDetails, valueText, type Change } from './changes.ts';
import { STATE_TONES, type AuditLine } from './columns.tsx';
import { auditRowQuery } from './queries.ts';

/** One row of the log beside the list: who, from where, and each field before and after. */
export function RowDrawer({
  id,
  lines,
  onMove,
}: {
  id: string | undefined;
  lines: readonly AuditLine[];
  onMove: (id: string | undefined) => void;
}) {
  return (
    <Drawer
      opened={id !== undefined}
      onClose={() => onMove(undefined)}
      size={620}
      title="Audit row"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {id !== undefined && <Known id={id} lines={lines} onMove={onMove} />}
    </Drawer>
  );
}

function Known({
  id,
  lines,
  onMove,
}: {
  id: string;
  lines: readonly AuditLine[];
  onMove: (id: string) => void;
}) {
  const place = lines.findIndex((line) => line.id === id);
  const listed = lines[place]?.row;
  // That a row was read is written down: what the list has shown is not asked for again.
  const { data, error, refetch } = useQuery({
    ...auditRowQuery(id),
    enabled: listed === undefined,
  });
  const row = listed ?? data;
  const keys = useMemo(() => {
    const step = (by: number) => () => {
      const to = lines[place + by];
      if (to) onMove(to.id);
    };
    return { j: step(1), k: step(-1) };
  }, [lines, place, onMove]);
  useKeys(keys, { inDialog: true });
  return (
    <>
      <p className="soft no-print" style={{ margin: '0 0 10px', fontSize: '0.75rem' }}>
        <Kbd size="xs">j</Kbd> next <Kbd size="xs">k</Kbd> before
      </p>
      {error && !row && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!error && !row && <TableSkeleton />}
      {row && <RowStory row={row} />}
    </>
  );
}

function RowStory({ row }: { row: AuditRow }) {
  const changes = changesOf(row);
  const details = otherDetails(row);
  const id = (value: string | null, label: string) =>
    value === null ? null : <CopyId id={value} label={label} />;
  return (
    <div className={classes['story']}>
      <div className={classes['top']}>
        <Badge label={row.status.toLowerCase()} tone={STATE_TONES[row.status]} />
        <strong className="mono">{row.action}</strong>
      </div>
      <Facts
        facts={{
          Row: <span className="amount">{row.id}</span>,
          When: <Time at={row.createdAt} seconds />,
          Who: <CopyId id={row.actor} label="actor" />,
          From: row.ipAddress && <span className="mono">{row.ipAddress}</span>,
          With: row.userAgent,
          Batch: id(row.batchId, 'batch id'),
          Payment: id(row.paymentId, 'payment id'),
        }}
      />
      {changes.length > 0 && (
        <Section title="Before and after">
          <Diff changes={changes} />
        </Section>
      )}
      {details.length > 0 && (
        <Section title="Details">
          <table className={classes['diff']}>
            <tbody>
              {details.map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="mono">{valueText(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
    </div>
  );
}

function Diff({ changes }: { changes: readonly Change[] }) {
  return (
    <table className={classes['diff']}>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, before, after }) => (
          <tr key={field}>
            <th scope="row">{field}</th>
            <td className={`mono ${classes['before']}`}>{valueText(before)}</td>
            <td className={`mono ${classes['after']}`}>{valueText(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
