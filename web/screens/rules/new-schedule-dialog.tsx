import { NativeSelect, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { parseAmount } from '../../lib/currency.ts';
import { PROVIDER_NAMES, providerLabel } from '../../lib/words.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { scheduleApi } from './api.ts';
import { calendarsQuery, programmesQuery } from './queries.ts';
import { MODE_NAMES, MODES, type Mode } from './schedule-words.ts';
import classes from './rules.module.css';

const FREQUENCIES = ['day', 'week', 'fortnight', 'month'] as const;
type Frequency = (typeof FREQUENCIES)[number];

const BLANK = {
  programmeId: '',
  frequency: 'week' as Frequency,
  currency: 'USD',
  provider: '',
  timeOfDay: '09:00',
  calendar: '',
  mode: 'propose' as Mode,
  limit: '',
};
type Draft = typeof BLANK;

function make(draft: Draft, once: ReturnType<typeof idempotencyKey>) {
  const { frequency, currency, timeOfDay, mode } = draft;
  const provider = PROVIDER_NAMES.find((name) => name === draft.provider);
  return answerOf(
    scheduleApi.schedules.$post(
      {
        json: {
          frequency,
          currency,
          timeOfDay,
          mode,
          ...(draft.programmeId !== '' && { programmeId: draft.programmeId }),
          ...(provider && { provider }),
          ...(draft.calendar !== '' && { calendar: draft.calendar }),
          ...(mode === 'run_below' && { limitAmount: parseAmount(draft.limit, currency) }),
        },
      },
      once,
    ),
  );
}

/** Has batches of a programme made by themselves. */
export function NewScheduleDialog({
  onClose,
  onDone,
}: {
  onClose: () => void;
  onDone: (scheduleId: string) => void;
}) {
  const [once] = useState(idempotencyKey);
  const [draft, setDraft] = useState<Draft>(BLANK);
  const queries = useQueryClient();
  const set = (changed: Partial<Draft>) => setDraft({ ...draft, ...changed });
  const limited = draft.mode === 'run_below';
  return (
    <AskDialog
      title="New schedule"
      label="Make the schedule"
      ready={
        draft.currency.length === 3 &&
        (!limited || parseAmount(draft.limit, draft.currency) !== null)
      }
      act={() => make(draft, once)}
      onDone={async ({ schedule }) => {
        notifications.show({ message: 'Made the schedule' });
        await queries.invalidateQueries({ queryKey: ['schedules'] });
        onDone(schedule.id);
      }}
      onClose={onClose}
    >
      <p>Its periods begin today, in the zone of its programme.</p>
      <What draft={draft} set={set} />
      <When draft={draft} set={set} />
      <NativeSelect
        label="What it does with what it makes"
        value={draft.mode}
        data={MODE_NAMES.map((mode) => ({ value: mode, label: MODES[mode] }))}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          set({ mode: MODE_NAMES.find((mode) => mode === chosen) ?? 'propose' });
        }}
      />
      {limited && (
        <TextInput
          label={`Limit of a batch, ${draft.currency}`}
          placeholder="1,000.00"
          value={draft.limit}
          onChange={(event) => set({ limit: event.currentTarget.value })}
        />
      )}
    </AskDialog>
  );
}

interface FieldProps {
  draft: Draft;
  set: (changed: Partial<Draft>) => void;
}

function What({ draft, set }: FieldProps) {
  const { data: programmes = [] } = useQuery(programmesQuery);
  return (
    <div className={classes['pair']}>
      <NativeSelect
        label="Programme"
        value={draft.programmeId}
        data={programmes.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(event) => set({ programmeId: event.currentTarget.value })}
      />
      <TextInput
        label="Currency"
        maxLength={3}
        value={draft.currency}
        onChange={(event) => set({ currency: event.currentTarget.value.toUpperCase() })}
      />
      <NativeSelect
        label="Provider"
        value={draft.provider}
        data={[
          { value: '', label: 'The usual one' },
          ...PROVIDER_NAMES.map((name) => ({ value: name, label: providerLabel(name) })),
        ]}
        onChange={(event) => set({ provider: event.currentTarget.value })}
      />
    </div>
  );
}

function When({ draft, set }: FieldProps) {
  const { data: calendars = [] } = useQuery(calendarsQuery);
  return (
    <div className={classes['pair']}>
      <NativeSelect
        label="Each"
        value={draft.frequency}
        data={FREQUENCIES}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          set({ frequency: FREQUENCIES.find((each) => each === chosen) ?? 'week' });
        }}
      />
      <TextInput
        type="time"
        label="At"
        value={draft.timeOfDay}
        onChange={(event) => set({ timeOfDay: event.currentTarget.value })}
      />
      <NativeSelect
        label="Holidays"
        value={draft.calendar}
        data={[
          { value: '', label: 'Weekends alone' },
          ...calendars.map(({ name }) => ({ value: name, label: name })),
        ]}
        onChange={(event) => set({ calendar: event.currentTarget.value })}
      />
    </div>
  );
}
