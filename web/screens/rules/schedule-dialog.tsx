import { Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey, type Once } from '../../lib/api.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { scheduleApi } from './api.ts';
import type { Schedule } from './queries.ts';
import classes from './rules.module.css';

export type ScheduleAct = 'pause' | 'resume' | 'trigger' | 'backfill';

const TITLES: Readonly<Record<ScheduleAct, string>> = {
  pause: 'Pause this schedule',
  resume: 'Resume this schedule',
  trigger: 'Run it now',
  backfill: 'Backfill a span',
};

/** What each does, said before it is done. */
const EXPLAINED: Readonly<Record<ScheduleAct, (schedule: Schedule) => string>> = {
  pause: () => 'It makes nothing until it is resumed. What it made goes on.',
  resume: ({ catchupHours }) =>
    `It goes on, and makes up for what it missed by less than ${catchupHours} hours.`,
  trigger: ({ mode }) =>
    mode === 'propose'
      ? 'What is due now is put into a batch, which waits for a person. A period that was run stays as it is.'
      : 'What is due now is put into a batch, which may run by itself: money moves. A period that was run stays as it is.',
  backfill: () =>
    'Proposes the batches of the periods that nobody has made, as they would have been made then. Nothing of it is sent.',
};

const DONE: Readonly<Record<ScheduleAct, string>> = {
  pause: 'Paused',
  resume: 'Resumed',
  trigger: 'Begun',
  backfill: 'Backfill begun',
};

interface Typed {
  reason: string;
  period: string;
  from: string;
  to: string;
}

function carryOut(
  act: ScheduleAct,
  id: string,
  { reason, period, from, to }: Typed,
  once: Once,
): Promise<unknown> {
  const schedule = scheduleApi.schedules[':id'];
  const param = { id };
  switch (act) {
    case 'pause':
      return answerOf(schedule.pause.$post({ param, json: { reason: reason.trim() } }));
    case 'resume':
      return answerOf(schedule.resume.$post({ param, json: { reason: reason.trim() } }));
    case 'trigger':
      return answerOf(
        schedule.trigger.$post(
          { param, json: period.trim() === '' ? {} : { period: period.trim() } },
          once,
        ),
      );
    case 'backfill':
      return answerOf(schedule.backfill.$post({ param, json: { from, to } }, once));
  }
}

/** Says what will happen to a schedule, and asks for what goes with it. */
export function ScheduleDialog({
  act,
  schedule,
  onClose,
  onDone,
}: {
  act: ScheduleAct;
  schedule: Schedule;
  onClose: () => void;
  onDone: () => void;
}) {
  const [once] = useState(idempotencyKey);
  const [typed, setTyped] = useState<Typed>({ reason: '', period: '', from: '', to: '' });
  const queries = useQueryClient();
  const set = (changed: Partial<Typed>) => setTyped({ ...typed, ...changed });
  const asksReason = act === 'pause' || act === 'resume';
  const ready = asksReason
    ? typed.reason.trim() !== ''
    : act === 'trigger' || (typed.from !== '' && typed.to !== '');
  return (
    <AskDialog
      title={TITLES[act]}
      label={TITLES[act]}
      ready={ready}
      act={() => carryOut(act, schedule.id, typed, once)}
      onDone={async () => {
        onClose();
        onDone();
        notifications.show({ message: DONE[act] });
        await queries.invalidateQueries({ queryKey: ['schedules'] });
      }}
      onClose={onClose}
    >
      <p>{EXPLAINED[act](schedule)}</p>
      {asksReason && (
        <Textarea
          label="Reason"
          required
          withAsterisk={false}
          data-autofocus
          maxLength={500}
          value={typed.reason}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
      )}
      {act === 'trigger' && (
        <TextInput
          label="One period alone"
          description={`Empty: what is due now. Like ${schedule.nextRuns[0]?.period ?? 'week/2026-11-23'}`}
          value={typed.period}
          onChange={(event) => set({ period: event.currentTarget.value })}
        />
      )}
      {act === 'backfill' && <Span startsOn={schedule.startsOn} typed={typed} onChange={set} />}
    </AskDialog>
  );
}

/** From which day to which a schedule is replayed. */
function Span({
  startsOn,
  typed,
  onChange,
}: {
  startsOn: string;
  typed: Typed;
  onChange: (changed: Partial<Typed>) => void;
}) {
  return (
    <div className={classes['pair']}>
      <TextInput
        type="date"
        label="First day"
        description={`From ${startsOn} on`}
        min={startsOn}
        value={typed.from}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label="Last day"
        description="Today or before"
        value={typed.to}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
    </div>
  );
}
