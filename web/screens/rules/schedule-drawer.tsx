import { Button, Drawer } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../lib/may.ts';
import { count, providerLabel } from '../../lib/words.ts';
import { allOf, no, YES } from '../../lib/verdict.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Money } from '../../ui/money.tsx';
import { Note } from '../../ui/note.tsx';
import { Bar, Section } from '../../ui/page.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useProgrammeNames } from './programme-choice.tsx';
import {
  backfillQuery,
  runsQuery,
  scheduleQuery,
  type Schedule,
  type ScheduleRun,
} from './queries.ts';
import { ScheduleDialog, type ScheduleAct } from './schedule-dialog.tsx';
import { formatInZone, modeText, rhythmText, shiftText } from './schedule-words.ts';
import { ScheduleBadge } from './schedule-badge.tsx';
import classes from './rules.module.css';

/** One schedule beside the list: when it runs next, what became of earlier runs, what may be done. */
export function ScheduleDrawer({
  scheduleId,
  onClose,
}: {
  scheduleId: string | undefined;
  onClose: () => void;
}) {
  return (
    <Drawer
      opened={scheduleId !== undefined}
      onClose={onClose}
      size={680}
      title="Schedule"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {scheduleId !== undefined && <Asked id={scheduleId} />}
    </Drawer>
  );
}

function Asked({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(scheduleQuery(id));
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  return data ? <Known schedule={data} /> : <TableSkeleton />;
}

function Known({ schedule }: { schedule: Schedule }) {
  const nameOf = useProgrammeNames();
  const [begun, setBegun] = useState(false);
  return (
    <div className={classes['stack']}>
      <div>
        <strong>{rhythmText(schedule)}</strong> <ScheduleBadge paused={schedule.paused} />
      </div>
      {schedule.pausedReason !== null && (
        <Note tone="doubt">
          <p>Paused: {schedule.pausedReason}</p>
        </Note>
      )}
      <Actions schedule={schedule} onBackfill={() => setBegun(true)} />
      <Facts
        facts={{
          Schedule: <CopyId id={schedule.id} label="schedule id" />,
          Programme: nameOf(schedule.programmeId),
          Pays: `${schedule.currency} by ${providerLabel(schedule.provider)}`,
          Zone: schedule.zone,
          'What it makes': modeText(schedule),
          'Without business': shiftText(schedule),
          'Cut-off': schedule.cutoffTime,
          'Makes up for': `what was missed by ${schedule.catchupHours} h`,
          'Begins on': schedule.startsOn,
        }}
      />
      <NextRuns schedule={schedule} />
      <Backfill id={schedule.id} begun={begun} />
      <Runs id={schedule.id} />
    </div>
  );
}

const LABELS: Readonly<Record<ScheduleAct, string>> = {
  trigger: 'Run now',
  pause: 'Pause',
  resume: 'Resume',
  backfill: 'Backfill',
};

function Actions({ schedule, onBackfill }: { schedule: Schedule; onBackfill: () => void }) {
  const may = useMay();
  const [act, setAct] = useState<ScheduleAct | null>(null);
  const runs = schedule.mode === 'propose' ? YES : may('process');
  const verdicts = {
    trigger: allOf(may('rules'), runs),
    pause: allOf(schedule.paused ? no('It is paused already.') : YES, may('rules')),
    resume: allOf(schedule.paused ? YES : no('It is not paused.'), may('rules'), runs),
    backfill: may('rules'),
  };
  const order = ['trigger', schedule.paused ? 'resume' : 'pause', 'backfill'] as const;
  return (
    <Bar label="Actions">
      {order.map((each) => (
        <ActButton
          key={each}
          verdict={verdicts[each]}
          variant={each === (schedule.paused ? 'resume' : 'trigger') ? 'filled' : 'default'}
          onClick={() => setAct(each)}
        >
          {LABELS[each]}
        </ActButton>
      ))}
      {act && (
        <ScheduleDialog
          act={act}
          schedule={schedule}
          onClose={() => setAct(null)}
          onDone={() => {
            if (act === 'backfill') onBackfill();
          }}
        />
      )}
    </Bar>
  );
}

function NextRuns({ schedule: { nextRuns, zone, paused } }: { schedule: Schedule }) {
  return (
    <Section title="Next runs" aside={<span className="soft">{zone}</span>}>
      {nextRuns.length === 0 ? (
        <p className={`soft ${classes['none']}`}>
          None: no payee is paid on any of the days to come.
        </p>
      ) : (
        <ol className={classes['lines']}>
          {nextRuns.map(({ period, runAt, cutoffAt }) => (
            <li key={period}>
              <span className="amount">
                {paused ? <del>{formatInZone(runAt, zone)}</del> : formatInZone(runAt, zone)}
              </span>
              <span className="soft amount">
                pays what matured before {formatInZone(cutoffAt, zone)}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

/** How far the last backfill is, where one was begun here or has made a period. */
function Backfill({ id, begun }: { id: string; begun: boolean }) {
  const { data: runs } = useInfiniteQuery(runsQuery(id));
  const made = runs?.pages.some((page) => page.runs.some(({ trigger }) => trigger === 'backfill'));
  const { data } = useQuery({ ...backfillQuery(id), enabled: begun || made === true });
  if (!data) return null;
  const { status, periods, batches } = data;
  return (
    <Note tone={status === 'FAILED' ? 'bad' : 'plain'}>
      <p>
        {status === 'RUNNING' && 'A backfill is under way.'}
        {status === 'FAILED' && 'The last backfill failed; what it made stays.'}
        {status === 'DONE' &&
          `The last backfill went through ${count(periods ?? 0, 'period')} and made ${count(batches ?? 0, 'batch', 'batches')}.`}
      </p>
    </Note>
  );
}

function Runs({ id }: { id: string }) {
  const list = useInfiniteQuery(runsQuery(id));
  const runs = list.data?.pages.flatMap((page) => page.runs);
  if (list.error && !runs) return <ErrorPanel error={list.error} />;
  if (!runs) return <TableSkeleton />;
  return (
    <Section title="What became of its periods">
      {runs.length === 0 ? (
        <p className={`soft ${classes['none']}`}>It has not run yet.</p>
      ) : (
        <ol className={classes['lines']}>
          {runs.map((run) => (
            <Run key={run.period} run={run} />
          ))}
        </ol>
      )}
      {list.hasNextPage && (
        <div className={classes['none']}>
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Earlier ones
          </Button>
        </div>
      )}
    </Section>
  );
}

function Run({ run }: { run: ScheduleRun }) {
  const left = Object.values(run.skipped).reduce((sum, n) => sum + n, 0);
  return (
    <li>
      <span>
        <span className="mono">{run.period}</span>{' '}
        <span className="soft">
          {run.trigger === 'person' ? 'by hand' : run.trigger === 'backfill' ? 'backfilled' : ''}
        </span>
      </span>
      {run.batchId === null ? (
        <span className="soft">nothing was due</span>
      ) : (
        <Link to="/batches/$batchId" params={{ batchId: run.batchId }}>
          {run.batchStatus === null ? 'its batch' : run.batchStatus.toLowerCase()}
        </Link>
      )}
      {left > 0 && <span className="soft">{count(left, 'payee')} left out</span>}
      {run.totalAmount !== null && run.currency !== null && (
        <Money amount={run.totalAmount} currency={run.currency} />
      )}
      <Time at={run.createdAt} />
    </li>
  );
}
