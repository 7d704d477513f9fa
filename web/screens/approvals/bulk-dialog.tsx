import { Button, Group, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, batchApi } from '../../lib/api.ts';
import type { Batch } from '../../lib/queries.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { count, providerLabel } from '../../lib/words.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Money } from '../../ui/money.tsx';
import classes from '../batch/lines.module.css';

interface Outcome {
  batch: Batch;
  error: unknown;
}

/** Sums by provider and currency: amounts of two currencies are never added. */
function totalsOf(batches: readonly Batch[]) {
  const totals = new Map<
    string,
    { provider: string; currency: string; amount: number; n: number }
  >();
  for (const { provider, currency, totalAmount } of batches) {
    const key = `${provider} ${currency}`;
    const sum = totals.get(key) ?? { provider, currency, amount: 0, n: 0 };
    totals.set(key, { ...sum, amount: sum.amount + totalAmount, n: sum.n + 1 });
  }
  return [...totals.values()];
}

/** Approves several batches, each as it was shown; one that has changed meanwhile is refused alone. */
export function BulkDialog({
  batches: chosen,
  onClose,
  onDone,
}: {
  batches: readonly Batch[];
  onClose: () => void;
  onDone: () => void;
}) {
  useReturnFocus();
  // What was looked at when the dialog opened.
  const [batches] = useState(chosen);
  const [refused, setRefused] = useState<readonly Outcome[]>([]);
  const queries = useQueryClient();
  const approve = useMutation({
    mutationFn: async () => {
      const outcomes: Outcome[] = [];
      // One after the other: a proof that is asked for is given once, and the others go on with it.
      for (const batch of batches) outcomes.push({ batch, error: await approveOne(batch) });
      return outcomes;
    },
    onSuccess: async (outcomes) => {
      await queries.invalidateQueries({ queryKey: ['batches'] });
      const failed = outcomes.filter(({ error }) => error !== null);
      notifications.show({
        message: `Approved ${count(outcomes.length - failed.length, 'batch', 'batches')}`,
      });
      if (failed.length === 0) onDone();
      else setRefused(failed);
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Approve ${count(batches.length, 'batch', 'batches')}`}>
      <ul className={classes['lines']}>
        {totalsOf(batches).map(({ provider, currency, amount, n }) => (
          <li key={`${provider} ${currency}`}>
            <div>
              {providerLabel(provider)}, {count(n, 'batch', 'batches')}
            </div>
            <Money amount={amount} currency={currency} strong />
          </li>
        ))}
      </ul>
      <p>Your word counts for exactly what you saw; a batch that has changed since is refused.</p>
      {refused.map(({ batch, error }) => (
        <div key={batch.id}>
          <strong>Batch {batch.batchNumber}</strong>
          <ErrorPanel error={error} />
        </div>
      ))}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={refused.length > 0 ? onDone : onClose}>
          {refused.length > 0 ? 'Close' : 'Not now'}
        </Button>
        {refused.length === 0 && (
          <Button loading={approve.isPending} onClick={() => approve.mutate()}>
            Approve
          </Button>
        )}
      </Group>
    </Modal>
  );
}

/** Null where it was approved, else why not. */
async function approveOne({ id, contentHash }: Batch): Promise<unknown> {
  try {
    await answerOf(batchApi.batches[':id'].approve.$post({ param: { id }, json: { contentHash } }));
    return null;
  } catch (error) {
    return error;
  }
}
