import { Button, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey, paymentApi } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { allOf, no, YES } from '../../lib/verdict.ts';
import type { Payment } from '../../lib/queries.ts';
import { PAYMENT_WORDS } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import classes from './payment.module.css';

/** What is asked for again after it was done is another wish: it goes by another key. */
const newKeys = () => ({ retry: idempotencyKey(), cancel: idempotencyKey() });

/** What may be done about one payment. */
export function PaymentActions({ payment }: { payment: Payment }) {
  const may = useMay();
  const queries = useQueryClient();
  const [once, setOnce] = useState(newKeys);
  const [cancelling, setCancelling] = useState(false);
  const param = { id: payment.id };
  const done = (message: string) => async () => {
    notifications.show({ message });
    setCancelling(false);
    setOnce(newKeys);
    await queries.invalidateQueries({ queryKey: ['payments'] });
    await queries.invalidateQueries({ queryKey: ['batches', 'one', payment.batchId] });
  };
  const retry = useMutation({
    mutationFn: () =>
      answerOf(paymentApi.payments[':id'].retry.$post({ param, json: {} }, once.retry)),
    onSuccess: done('Asked to retry this payment'),
  });
  const cancel = useMutation({
    mutationFn: (reason: string) =>
      answerOf(paymentApi.payments[':id'].cancel.$post({ param, json: { reason } }, once.cancel)),
    onSuccess: done('Cancelled; what it paid is payable again'),
  });
  const is = (states: readonly Payment['status'][], does: string) =>
    states.includes(payment.status)
      ? YES
      : no(
          `A payment that is ${PAYMENT_WORDS[payment.status].label.toLowerCase()} is not ${does}.`,
        );
  if (payment.status === 'COMPLETED' || payment.status === 'RETURNED') return null;
  return (
    <>
      <div className={`${classes['actions']} no-print`}>
        <ActButton
          verdict={allOf(is(['FAILED', 'CANCELLED'], 'retried'), may('process'))}
          variant="default"
          loading={retry.isPending}
          onClick={() => retry.mutate()}
        >
          Retry
        </ActButton>
        <ActButton
          verdict={allOf(is(['PENDING', 'ON_HOLD', 'FAILED'], 'cancelled'), may('cancel'))}
          variant="default"
          onClick={() => setCancelling(true)}
        >
          Cancel
        </ActButton>
      </div>
      {cancelling && (
        <CancelForm
          isPending={cancel.isPending}
          onCancel={(reason) => cancel.mutate(reason)}
          onClose={() => setCancelling(false)}
        />
      )}
      {(retry.error ?? cancel.error) && <ErrorPanel error={retry.error ?? cancel.error} />}
    </>
  );
}

function CancelForm({
  isPending,
  onCancel,
  onClose,
}: {
  isPending: boolean;
  onCancel: (reason: string) => void;
  onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onCancel(reason.trim());
      }}
    >
      <Textarea
        label="Why it is cancelled"
        required
        withAsterisk={false}
        autoFocus
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={classes['actions']} style={{ marginTop: 8 }}>
        <Button type="submit" loading={isPending} disabled={reason.trim() === ''}>
          Cancel this payment
        </Button>
        <Button variant="default" onClick={onClose}>
          Not now
        </Button>
      </div>
    </form>
  );
}
