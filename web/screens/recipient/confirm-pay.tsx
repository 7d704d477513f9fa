import { Button, Group, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, idempotencyKey } from '../../lib/api.ts';
import { formatAmount } from '../../lib/currency.ts';
import { useMay } from '../../lib/may.ts';
import type { Preview } from '../../lib/queries.ts';
import { allOf, no, YES } from '../../lib/verdict.ts';
import { count, type ProviderName } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Money } from '../../ui/money.tsx';
import { Note } from '../../ui/note.tsx';
import { affiliateApi } from './api.ts';
import { useRefreshRecipient } from './use-refresh-recipient.ts';

/** What was looked at: whom is paid how much, by whom. */
export interface Looked {
  personId: string;
  line: Preview['preview'][number];
  summary: Preview['summary'];
  provider: ProviderName;
}

/** The last look at a quick payment. The amount that is seen goes along: another one is refused. */
export function ConfirmPay({ looked, onClose }: { looked: Looked; onClose: () => void }) {
  const may = useMay();
  const [note, setNote] = useState('');
  const [override, setOverride] = useState('');
  const { line, summary } = looked;
  const below = line.code === 'below_minimum' && line.totalAmount > 0;
  const overridden = below && override.trim() !== '';
  const pay = usePay(
    looked,
    { note: note.trim(), override: below ? override.trim() : '' },
    onClose,
  );
  const verdict = allOf(
    line.eligible || overridden ? YES : no(line.reason ?? 'It cannot be paid now.'),
    overridden ? may('approve') : YES,
    may('create'),
  );
  return (
    <form
      style={{ display: 'flex', flexDirection: 'column', gap: 12 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (verdict.allowed && !pay.isPending) pay.mutate();
      }}
    >
      <LookedAt looked={looked} />
      {below && (
        <Textarea
          label="Why it is paid all the same"
          description="Below our minimum, never below the provider’s"
          maxLength={1_000}
          disabled={!may('approve').allowed}
          value={override}
          onChange={(event) => setOverride(event.currentTarget.value)}
        />
      )}
      <Textarea
        label="Note"
        description="For whoever approves it and for the audit trail"
        maxLength={1_000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {pay.error && <ErrorPanel error={pay.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Not now
        </Button>
        <ActButton verdict={verdict} loading={pay.isPending} onClick={() => pay.mutate()}>
          Pay {formatAmount(line.totalAmount, summary.currency)} {summary.currency}
        </ActButton>
      </Group>
    </form>
  );
}

/** Pays once, however often it is pressed, and goes to the payment. */
function usePay(
  { personId, line, summary, provider }: Looked,
  { note, override }: { note: string; override: string },
  onClose: () => void,
) {
  const [once] = useState(idempotencyKey);
  const navigate = useNavigate();
  const refresh = useRefreshRecipient();
  return useMutation({
    mutationFn: () =>
      answerOf(
        affiliateApi.affiliates[':id'].pay.$post(
          {
            param: { id: personId },
            json: {
              amount: line.totalAmount,
              currency: summary.currency,
              provider,
              ...(note !== '' && { note }),
              ...(override !== '' && { overrideMinimum: { reason: override } }),
            },
          },
          once,
        ),
      ),
    onSuccess: async ({ batch, payment }) => {
      onClose();
      notifications.show({
        message:
          batch.approvals.missing > 0
            ? `Batch ${batch.batchNumber} waits to be approved`
            : `On its way: batch ${batch.batchNumber}`,
      });
      await refresh();
      await navigate({
        to: '/batches/$batchId',
        params: { batchId: batch.id },
        search: { payment: payment.id },
      });
    },
  });
}

function LookedAt({ looked: { line, summary } }: { looked: Looked }) {
  const { currency } = summary;
  return (
    <>
      <Facts
        facts={{
          'All that is payable': <Money amount={line.totalAmount} currency={currency} strong />,
          'Made up of': count(line.commissionCount, 'commission'),
          'In parts': line.payments > 1 ? count(line.payments, 'payment') : null,
          'Balance at the provider':
            summary.providerBalance === undefined ? null : (
              <Money amount={summary.providerBalance} currency={currency} />
            ),
        }}
      />
      {line.reason !== null && (
        <Note tone="doubt">
          <p>{line.reason}</p>
        </Note>
      )}
      {summary.balanceSuffices === false && (
        <Note tone="doubt">
          <p>The balance does not cover it; it is held until it is topped up.</p>
        </Note>
      )}
    </>
  );
}
