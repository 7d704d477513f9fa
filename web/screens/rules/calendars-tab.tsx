import { Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { useNow } from '../../lib/now.ts';
import { count } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { WHOLE_LIST } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { Badge } from '../../ui/state-badge.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { scheduleApi } from './api.ts';
import { calendarQuery, calendarsQuery } from './queries.ts';
import type { RulesSearch } from './search.ts';
import classes from './rules.module.css';

interface Row {
  id: string;
  days: number;
  lastDay: string;
}

const NOTHING: readonly Row[] = [];
const helper = columnsOf<Row>();

const columns = helper.columns([
  helper.accessor('id', { header: 'Calendar', meta: { width: 'minmax(90px, 1fr)' } }),
  helper.accessor('lastDay', {
    header: 'Last holiday',
    meta: { width: '110px' },
    cell: ({ getValue }) => <span className="amount">{getValue()}</span>,
  }),
  helper.display({
    id: 'state',
    header: 'State',
    meta: { width: 'minmax(100px, 1fr)', hideBelow: 560 },
    cell: ({ row: { original } }) => <Ahead lastDay={original.lastDay} />,
  }),
  helper.accessor('days', {
    header: 'Days',
    meta: { width: '60px', align: 'end' },
    cell: ({ getValue }) => <span className="amount">{getValue()}</span>,
  }),
]) as Columns<Row>;

function Ahead({ lastDay }: { lastDay: string }) {
  const over = Date.parse(lastDay) < useNow();
  return over ? (
    <Badge label="Over: store the next year" tone="doubt" />
  ) : (
    <Badge label="Goes on" tone="good" />
  );
}

/** The holidays on which schedules pay nothing. */
export function CalendarsTab({
  search,
  change,
}: {
  search: RulesSearch;
  change: (changed: Partial<RulesSearch>) => void;
}) {
  const may = useMay();
  const list = useQuery(calendarsQuery);
  const [adding, setAdding] = useState(false);
  const rows = useMemo(
    () => list.data?.map(({ name, ...rest }) => ({ id: name, ...rest })) ?? NOTHING,
    [list.data],
  );
  return (
    <>
      <Bar label="Actions">
        <ActButton verdict={may('rules')} onClick={() => setAdding(true)}>
          New calendar
        </ActButton>
      </Bar>
      <div style={{ marginTop: 12 }}>
        <DataTable
          label="Holiday calendars"
          columns={columns}
          rows={rows}
          {...WHOLE_LIST}
          isPending={list.isPending}
          error={list.error}
          onRetry={() => void list.refetch()}
          onOpen={({ id }) => change({ calendar: id })}
          empty={
            <Empty title="No holiday calendar yet">
              <p>
                Schedules heed weekends alone. Store the holidays of your bank as a calendar, and
                name it in a schedule.
              </p>
            </Empty>
          }
        />
      </div>
      {adding && <CalendarDialog name="" lines="" onClose={() => setAdding(false)} />}
      {search.calendar !== undefined && (
        <Stored name={search.calendar} onClose={() => change({ calendar: undefined })} />
      )}
    </>
  );
}

/** The dialog over a calendar that is stored; it opens with its days. */
function Stored({ name, onClose }: { name: string; onClose: () => void }) {
  const { data } = useQuery(calendarQuery(name));
  if (!data) return null;
  const lines = data.days.map((each) => `${each.day} ${each.name}`).join('\n');
  return <CalendarDialog name={name} lines={lines} onClose={onClose} />;
}

/** Days as somebody typed them, one in a line; null where a line is none. */
function readDays(text: string): { day: string; name: string }[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const days = lines.flatMap((line) => {
    const [, day, name] = /^\s*(\d{4}-\d\d-\d\d)\s+(\S.*?)\s*$/.exec(line) ?? [];
    return day === undefined || name === undefined ? [] : [{ day, name }];
  });
  return days.length === lines.length ? days : null;
}

function CalendarDialog({
  name,
  lines,
  onClose,
}: {
  name: string;
  lines: string;
  onClose: () => void;
}) {
  const may = useMay();
  const queries = useQueryClient();
  const [typedName, setTypedName] = useState(name);
  const [typed, setTyped] = useState(lines);
  const days = readDays(typed);
  const allowed = may('rules').allowed;
  return (
    <AskDialog
      title={name === '' ? 'New calendar' : `Holidays of ${name}`}
      label="Store"
      ready={allowed && typedName.trim() !== '' && days !== null && days.length > 0}
      act={() =>
        answerOf(
          scheduleApi['holiday-calendars'][':name'].$put({
            param: { name: typedName.trim() },
            json: { days: days ?? [] },
          }),
        )
      }
      onDone={async ({ calendar }) => {
        onClose();
        notifications.show({ message: `Stored ${count(calendar.days.length, 'holiday')}` });
        await queries.invalidateQueries({ queryKey: ['schedules'] });
      }}
      onClose={onClose}
    >
      {name === '' && (
        <TextInput
          label="Name"
          description="Letters, digits, dots and dashes, like DE"
          data-autofocus
          maxLength={60}
          value={typedName}
          onChange={(event) => setTypedName(event.currentTarget.value)}
        />
      )}
      <Textarea
        label="Holidays"
        description="One in a line: 2026-12-25 Christmas"
        className={classes['code'] ?? ''}
        minRows={8}
        maxRows={16}
        readOnly={!allowed}
        value={typed}
        error={days === null ? 'A line does not begin with a day and go on with a name.' : null}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </AskDialog>
  );
}
