import { Button, Checkbox, Textarea, TextInput, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../lib/api-error.ts';
import { answerOf, batchApi, idempotencyKey } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import type { Preview } from '../../lib/queries.ts';
import { useTimeZone } from '../../lib/time.ts';
import { count } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Money } from '../../ui/money.tsx';
import type { BatchRequest } from './request.ts';
import classes from './new-batch.module.css';

interface Props {
  preview: Preview;
  request: BatchRequest;
  onBack: () => void;
  /** The preview no longer fits. */
  onStale: () => void;
}

const isStale = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'preview_stale';

/** How and when the batch is to run. */
type Plan = Pick<
  Parameters<typeof batchApi.batches.$post>[0]['json'],
  'autoExecute' | 'note' | 'scheduledFor'
>;

/** Makes the batch that was previewed, once; where the preview no longer fits, says so instead. */
function useMakeBatch({ preview, request, onStale }: Omit<Props, 'onBack'>, plan: Plan) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [once, setOnce] = useState(idempotencyKey);
  const { summary, previewHash } = preview;
  return useMutation({
    mutationFn: () =>
      answerOf(
        batchApi.batches.$post(
          {
            json: {
              ...request,
              provider: summary.provider as BatchRequest['provider'],
              previewHash,
              ...plan,
            },
          },
          once,
        ),
      ),
    onSuccess: async ({ batch }) => {
      notifications.show({ message: `Made batch ${batch.batchNumber}` });
      await queries.invalidateQueries();
      await navigate({ to: '/batches/$batchId', params: { batchId: batch.id } });
    },
    onError: (error) => {
      if (!isStale(error)) return;
      setOnce(idempotencyKey);
      onStale();
    },
  });
}

/** The last look: when it runs, and a note for whoever approves it. */
export function ConfirmStep({ preview, request, onBack, onStale }: Props) {
  const may = useMay();
  const zone = useTimeZone();
  const [note, setNote] = useState('');
  const [scheduled, setScheduled] = useState('');
  const [autoExecute, setAutoExecute] = useState(false);
  const { summary } = preview;
  const create = useMakeBatch(
    { preview, request, onStale },
    {
      autoExecute,
      ...(note.trim() !== '' && { note: note.trim() }),
      ...(scheduled !== '' && {
        scheduledFor: new Date(zone === 'utc' ? `${scheduled}Z` : scheduled).toISOString(),
      }),
    },
  );
  const mayExecute = may('process');
  return (
    <form className={classes['form']} onSubmit={(event) => event.preventDefault()}>
      <p style={{ margin: 0 }}>
        {count(summary.payments, 'payment')} to {count(summary.eligibleAffiliates, 'payee')},{' '}
        <Money amount={summary.totalAmount} currency={summary.currency} strong /> in all.
      </p>
      <Textarea
        label="Note"
        description="For whoever approves it and for the audit trail"
        maxLength={1_000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        label={`Not before (${zone === 'utc' ? 'UTC' : 'local time'})`}
        description="Empty: as soon as it is executed"
        value={scheduled}
        onChange={(event) => setScheduled(event.currentTarget.value)}
      />
      <Tooltip label={mayExecute.allowed ? '' : mayExecute.reason} disabled={mayExecute.allowed}>
        <div>
          <Checkbox
            label="Execute it by itself as soon as nothing is missing"
            checked={autoExecute}
            disabled={!mayExecute.allowed}
            onChange={(event) => setAutoExecute(event.currentTarget.checked)}
          />
        </div>
      </Tooltip>
      {create.error && !isStale(create.error) && <ErrorPanel error={create.error} />}
      <div className={classes['foot']}>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
        <ActButton
          verdict={may('create')}
          loading={create.isPending}
          onClick={() => create.mutate()}
        >
          Make the batch
        </ActButton>
      </div>
    </form>
  );
}
