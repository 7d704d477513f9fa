import { Button, Group, Modal, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { idempotencyKey } from '../../lib/api.ts';
import { formatAmount, parseAmount } from '../../lib/currency.ts';
import { batchQuery, type BatchDetail } from '../../lib/queries.ts';
import { useReturnFocus } from '../../lib/return-focus.ts';
import { count } from '../../lib/words.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Money } from '../../ui/money.tsx';
import { carryOut } from './action-calls.ts';
import type { BatchAction } from './verdicts.ts';

/** What each action does, said before it is done. */
const EXPLAINED: Readonly<Record<BatchAction, (batch: BatchDetail) => string>> = {
  approve: () => 'Your word counts for exactly what you see now; any change of the batch voids it.',
  reject: () => 'The batch does not run until its maker has changed it. Say what is wrong with it.',
  execute: ({ paymentCount }) =>
    `${count(paymentCount, 'payment')} will be sent as soon as it is its turn. Money moves.`,
  pause: () => 'Nothing more is sent after the calls under way. It can be resumed at any time.',
  resume: () => 'It goes on where it stopped, at the head of the queue.',
  retry: ({ counts }) =>
    `${count(counts.FAILED, 'failed payment')} will be tried again, each under a new key. Those in doubt are not touched.`,
  cancel: ({ counts }) =>
    `${count(counts.PENDING + counts.ON_HOLD, 'unsent payment')} will be cancelled and be payable again; what was sent finishes. This cannot be undone: type the amount of the batch.`,
  remove: () => 'The batch goes; everything in it is payable again. Its audit rows stay.',
};

const DONE: Readonly<Record<BatchAction, string>> = {
  approve: 'Approved',
  reject: 'Rejected',
  execute: 'Asked for: it runs when it is its turn',
  pause: 'Asked to pause',
  resume: 'Asked to go on',
  retry: 'Asked to retry',
  cancel: 'Asked to cancel',
  remove: 'Taken back',
};

const WORDS: Partial<Record<BatchAction, { label: string; required: boolean }>> = {
  approve: { label: 'Comment', required: false },
  reject: { label: 'Reason', required: true },
  pause: { label: 'Reason', required: false },
  resume: { label: 'Reason', required: false },
  cancel: { label: 'Reason', required: true },
};

/** Carries the action out with the words that go with it, once however often it is asked for. */
function useAct(action: BatchAction, seen: BatchDetail, onClose: () => void) {
  const [once] = useState(idempotencyKey);
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (words: string) => carryOut(action, seen, words, once),
    onSuccess: async () => {
      onClose();
      notifications.show({ message: `${DONE[action]}: batch ${seen.batchNumber}` });
      if (action === 'remove') await navigate({ to: '/batches' });
      else await queries.invalidateQueries({ queryKey: batchQuery(seen.id).queryKey });
      await queries.invalidateQueries({ queryKey: ['batches'] });
    },
  });
}

/** Says what will happen and asks for the words that go with it. */
export function ActionDialog({
  action,
  label,
  batch,
  onClose,
}: {
  action: BatchAction;
  label: string;
  batch: BatchDetail;
  onClose: () => void;
}) {
  useReturnFocus();
  // The content that was looked at when the dialog opened, whatever the batch becomes behind it.
  const [seen] = useState(batch);
  const [words, setWords] = useState('');
  const [typed, setTyped] = useState('');
  const act = useAct(action, seen, onClose);
  const asks = WORDS[action];
  const confirmed = action !== 'cancel' || parseAmount(typed, seen.currency) === seen.totalAmount;
  const ready = confirmed && (!asks?.required || words.trim() !== '');
  return (
    <Modal opened onClose={onClose} title={`${label} batch ${seen.batchNumber}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) act.mutate(words.trim());
        }}
        style={{ display: 'flex', flexDirection: 'column', gap: 12 }}
      >
        <Money amount={seen.totalAmount} currency={seen.currency} strong />
        <p style={{ margin: 0 }}>{EXPLAINED[action](seen)}</p>
        {action === 'cancel' && (
          <TextInput
            label={`Type ${formatAmount(seen.totalAmount, seen.currency)}`}
            value={typed}
            data-autofocus
            autoComplete="off"
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {asks && (
          <Textarea
            label={asks.label}
            required={asks.required}
            withAsterisk={false}
            maxLength={500}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
        )}
        {act.error && <ErrorPanel error={act.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={act.isPending} disabled={!ready}>
            {label}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
