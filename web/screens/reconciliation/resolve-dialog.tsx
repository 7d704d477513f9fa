import { Radio, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { formatAmount } from '../../lib/currency.ts';
import type { Payment } from '../../lib/queries.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { Money } from '../../ui/money.tsx';
import { doubtApi } from './api.ts';

type Verdict = 'paid' | 'not_paid';

const LABELS: Readonly<Record<Verdict, string>> = {
  paid: 'It was paid',
  not_paid: 'It was not paid',
};

const EXPLAINED: Readonly<Record<Verdict, string>> = {
  paid: 'It is booked as paid.',
  not_paid:
    'It is booked as failed, and may be paid again. If it was paid after all, that is twice.',
};

/** Records what a person at the provider has said about a payment. */
export function ResolveDialog({
  payment: given,
  onClose,
}: {
  payment: Payment;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  // What was looked at when the dialog opened.
  const [payment] = useState(given);
  const [once] = useState(idempotencyKey);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [reason, setReason] = useState('');
  const [theirId, setTheirId] = useState(payment.providerPaymentId ?? '');
  const said = theirId.trim();
  return (
    <AskDialog
      title="Record the verdict"
      label={verdict === null ? 'Record' : LABELS[verdict]}
      ready={verdict !== null && reason.trim() !== ''}
      act={() => {
        if (verdict === null) throw new Error('The button is disabled without a verdict.');
        const json = {
          verdict,
          reason: reason.trim(),
          ...(verdict === 'paid' && said !== '' && { providerPaymentId: said }),
        };
        return answerOf(doubtApi[':id'].resolve.$post({ param: { id: payment.id }, json }, once));
      }}
      onClose={onClose}
      onDone={async () => {
        onClose();
        notifications.show({
          message: `Recorded: ${formatAmount(payment.amount, payment.currency)} ${payment.currency} ${verdict === 'paid' ? 'was paid' : 'was not paid'}`,
        });
        await queries.invalidateQueries({ queryKey: ['payments'] });
        await queries.invalidateQueries({ queryKey: ['cases'] });
      }}
    >
      <Money amount={payment.amount} currency={payment.currency} strong />
      <Radio.Group
        label="What the provider said"
        value={verdict}
        onChange={(value) => setVerdict(value === 'paid' ? 'paid' : 'not_paid')}
      >
        <Radio value="paid" label="It was paid" mt={6} />
        <Radio value="not_paid" label="It was not paid, and will not be" mt={6} />
      </Radio.Group>
      {verdict && <p>{EXPLAINED[verdict]}</p>}
      {verdict === 'paid' && (
        <TextInput
          label="Its id at the provider"
          maxLength={200}
          value={theirId}
          onChange={(event) => setTheirId(event.currentTarget.value)}
        />
      )}
      <Textarea
        label="Who said so, and where it can be looked up"
        required
        withAsterisk={false}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </AskDialog>
  );
}
