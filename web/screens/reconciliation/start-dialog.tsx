import { NativeSelect, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { healthQuery } from '../../lib/queries.ts';
import { PROVIDER_NAMES, providerLabel, type ProviderName } from '../../lib/words.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { runApi } from './api.ts';

const DAY_MS = 86_400_000;
const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Has a day of a provider compared; `onDone` is given the run. */
export function StartDialog({
  provider: suggested,
  onClose,
  onDone,
}: {
  provider: ProviderName | undefined;
  onClose: () => void;
  onDone: (runId: string) => void;
}) {
  const queries = useQueryClient();
  const { data: health } = useQuery(healthQuery);
  const configured = PROVIDER_NAMES.filter((name) =>
    health?.providers.some((each) => each.name === name),
  );
  const [today] = useState(() => isoDay(Date.now()));
  const [chosen, setChosen] = useState<ProviderName | undefined>(suggested);
  const [day, setDay] = useState(() => isoDay(Date.now() - DAY_MS));
  const provider = chosen ?? configured[0];
  return (
    <AskDialog
      title="Reconcile a day"
      label="Start"
      ready={provider !== undefined && day !== '' && day <= today}
      act={() => {
        if (provider === undefined) throw new Error('The button is disabled without a provider.');
        return answerOf(runApi.$post({ json: { provider, day } }));
      }}
      onClose={onClose}
      onDone={async ({ reconciliation }) => {
        notifications.show({
          message: `${providerLabel(reconciliation.provider)}, ${day}: under way`,
        });
        onDone(reconciliation.id);
        await queries.invalidateQueries({ queryKey: ['reconciliations'] });
      }}
    >
      <p>
        Our books of that day are held against what the provider lists, and its balance against what
        moved. What the provider knows better is recorded; no money is sent.
      </p>
      <NativeSelect
        label="Provider"
        value={provider ?? ''}
        data={configured.map((value) => ({ value, label: providerLabel(value) }))}
        onChange={(event) => {
          const name = event.currentTarget.value;
          setChosen(PROVIDER_NAMES.find((each) => each === name));
        }}
      />
      <TextInput
        type="date"
        label="Day (UTC)"
        max={today}
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
    </AskDialog>
  );
}
