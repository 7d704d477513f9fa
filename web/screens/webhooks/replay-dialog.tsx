import { SegmentedControl, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { count } from '../../lib/words.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { endpointApi } from './api.ts';

/** Has events delivered again: all that failed, or those of a span of time. */
export function ReplayDialog({ endpointId, onClose }: { endpointId: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [once] = useState(idempotencyKey);
  const [which, setWhich] = useState<'failed' | 'range'>('failed');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const order =
    which === 'failed' ? ({ failed: true } as const) : { from: `${from}:00Z`, to: `${to}:00Z` };
  return (
    <AskDialog
      title="Replay events"
      label="Replay"
      ready={which === 'failed' || (from !== '' && to > from)}
      act={() =>
        answerOf(endpointApi[':id'].replay.$post({ param: { id: endpointId }, json: order }, once))
      }
      onClose={onClose}
      onDone={async ({ replayed }) => {
        onClose();
        notifications.show({
          message:
            replayed === 0 ? 'There is nothing to replay' : `${count(replayed, 'event')} due now`,
        });
        await queries.invalidateQueries({ queryKey: ['webhooks'] });
      }}
    >
      <p>
        They are sent again with the same ids, so a receiver that keeps each id once does nothing
        twice.
      </p>
      <SegmentedControl
        size="xs"
        aria-label="Which events"
        value={which}
        data={[
          { value: 'failed', label: 'All that failed' },
          { value: 'range', label: 'Those of a time' },
        ]}
        onChange={(value) => setWhich(value === 'range' ? 'range' : 'failed')}
      />
      {which === 'range' && (
        <>
          <TextInput
            type="datetime-local"
            label="From (UTC)"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            type="datetime-local"
            label="Until (UTC)"
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
        </>
      )}
    </AskDialog>
  );
}
