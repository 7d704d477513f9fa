import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useMay } from '../../lib/may.ts';
import { providerLabel } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { listProps } from '../../ui/list-props.ts';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { columnsOf, type Columns } from '../../ui/table-columns.ts';
import { NewScheduleDialog } from './new-schedule-dialog.tsx';
import { ProgrammeChoice, useProgrammeNames } from './programme-choice.tsx';
import { schedulesQuery, type Schedule } from './queries.ts';
import { ScheduleBadge } from './schedule-badge.tsx';
import { ScheduleDrawer } from './schedule-drawer.tsx';
import { formatInZone, modeText, rhythmText } from './schedule-words.ts';
import type { RulesSearch } from './search.ts';

const NOTHING: readonly Schedule[] = [];
const helper = columnsOf<Schedule>();

const columnsFor = (nameOf: (programmeId: string) => string): Columns<Schedule> =>
  helper.columns([
    helper.display({
      id: 'rhythm',
      header: 'Pays',
      meta: { width: 'minmax(150px, 1.4fr)' },
      cell: ({ row: { original } }) => rhythmText(original),
    }),
    helper.accessor('paused', {
      header: 'State',
      meta: { width: '78px' },
      cell: ({ getValue }) => <ScheduleBadge paused={getValue()} />,
    }),
    helper.accessor('programmeId', {
      header: 'Programme',
      meta: { width: 'minmax(110px, 1fr)', hideBelow: 800 },
      cell: ({ getValue }) => nameOf(getValue()),
    }),
    helper.accessor('currency', { header: 'Currency', meta: { width: '68px', hideBelow: 560 } }),
    helper.accessor('provider', {
      header: 'Provider',
      meta: { width: '130px', hideBelow: 1080 },
      cell: ({ getValue }) => providerLabel(getValue()),
    }),
    helper.display({
      id: 'mode',
      header: 'What it makes',
      meta: { width: 'minmax(150px, 1.4fr)', hideBelow: 1080 },
      cell: ({ row: { original } }) => <span className="soft">{modeText(original)}</span>,
    }),
    helper.display({
      id: 'next',
      header: 'Next run, in its zone',
      meta: { width: 'minmax(150px, 1.2fr)', hideBelow: 560 },
      cell: ({ row: { original } }) => <NextRun schedule={original} />,
    }),
  ]) as Columns<Schedule>;

function NextRun({ schedule: { paused, nextRuns, zone } }: { schedule: Schedule }) {
  const [next] = nextRuns;
  if (paused || !next) return <span className="soft">{paused ? 'Once resumed' : 'None'}</span>;
  return (
    <span className="amount">
      {formatInZone(next.runAt, zone)} <span className="soft">{zone}</span>
    </span>
  );
}

/** Schedules that make batches by themselves, and when each does so next. */
export function SchedulesTab({
  search,
  change,
}: {
  search: RulesSearch;
  change: (changed: Partial<RulesSearch>) => void;
}) {
  const may = useMay();
  const nameOf = useProgrammeNames();
  const list = useInfiniteQuery(schedulesQuery(search.programme));
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ schedules }) => schedules) ?? NOTHING,
    [list.data],
  );
  const columns = useMemo(() => columnsFor(nameOf), [nameOf]);
  const [adding, setAdding] = useState(false);
  return (
    <>
      <Bar label="Filters">
        <ProgrammeChoice value={search.programme} onChange={(programme) => change({ programme })} />
        <ActButton verdict={may('rules')} onClick={() => setAdding(true)}>
          New schedule
        </ActButton>
      </Bar>
      <div style={{ marginTop: 12 }}>
        <DataTable
          label="Schedules"
          columns={columns}
          rows={rows}
          {...listProps(list)}
          onOpen={({ id }) => change({ schedule: id })}
          empty={
            <Empty title="No schedule yet">
              <p>
                Batches are made by people. “New schedule” has them made by themselves, on business
                days, in the zone of a programme.
              </p>
            </Empty>
          }
        />
      </div>
      <ScheduleDrawer
        scheduleId={search.schedule}
        onClose={() => change({ schedule: undefined })}
      />
      {adding && (
        <NewScheduleDialog
          onClose={() => setAdding(false)}
          onDone={(id) => {
            setAdding(false);
            change({ schedule: id });
          }}
        />
      )}
    </>
  );
}
