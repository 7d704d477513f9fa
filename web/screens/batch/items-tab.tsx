import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answerOf, batchApi, idempotencyKey } from '../../lib/api.ts';
import { useMay } from '../../lib/may.ts';
import { batchPaymentsQuery, type BatchDetail, type Payment } from '../../lib/queries.ts';
import { count, PAYMENT_STATES, PAYMENT_WORDS } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { listProps } from '../../ui/list-props.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Choice } from '../../ui/filters.tsx';
import { Empty } from '../../ui/note.tsx';
import { Bar } from '../../ui/page.tsx';
import { usePicked } from '../../ui/use-picked.ts';
import { paymentColumns } from './payment-columns.tsx';

interface Props {
  batch: BatchDetail;
  status: Payment['status'] | undefined;
  onStatus: (status: Payment['status'] | undefined) => void;
  onOpen: (paymentId: string) => void;
}

const NOTHING: readonly Payment[] = [];
/** What one retry takes by their ids. */
const RETRIED_MAX = 1_000;

/** The payments of a batch in the order of their places, however many they are. */
export function ItemsTab({ batch, status, onStatus, onOpen }: Props) {
  const list = useInfiniteQuery(batchPaymentsQuery(batch.id, status));
  const picked = usePicked<Payment>();
  const rows = useMemo(
    () => list.data?.pages.flatMap(({ payments }) => payments) ?? NOTHING,
    [list.data],
  );
  const columns = useMemo(() => paymentColumns(picked), [picked]);
  return (
    <>
      <Bar label="Filter and retry">
        <Choice
          label="State"
          value={status}
          values={PAYMENT_STATES.filter((state) => batch.counts[state] > 0 || state === status)}
          labelOf={(state) =>
            `${PAYMENT_WORDS[state].label} (${batch.counts[state].toLocaleString('en')})`
          }
          none={`All (${batch.paymentCount.toLocaleString('en')})`}
          onChange={onStatus}
        />
        {picked.ids.size > 0 && (
          <RetryPicked batchId={batch.id} picked={picked.ids} onDone={() => picked.set([])} />
        )}
      </Bar>
      <DataTable
        label="Payments"
        columns={columns}
        rows={rows}
        {...listProps(list)}
        onOpen={({ id }) => onOpen(id)}
        onPick={picked.toggle}
        picked={picked.ids}
        empty={
          <Empty title="No payment is in this state">
            <p>Choose another state to see the others.</p>
          </Empty>
        }
      />
    </>
  );
}

function RetryPicked({
  batchId,
  picked,
  onDone,
}: {
  batchId: string;
  picked: ReadonlySet<string>;
  onDone: () => void;
}) {
  const may = useMay();
  const [once, setOnce] = useState(idempotencyKey);
  const retry = useMutation({
    mutationFn: () =>
      answerOf(
        batchApi.batches[':id'].retry.$post(
          { param: { id: batchId }, json: { paymentIds: [...picked] } },
          once,
        ),
      ),
    onSuccess: ({ result }) => {
      notifications.show({ message: `Asked to retry ${count(result.payments, 'payment')}` });
      setOnce(idempotencyKey);
      onDone();
    },
  });
  const tooMany = picked.size > RETRIED_MAX;
  return (
    <>
      <ActButton
        verdict={
          tooMany
            ? {
                allowed: false,
                reason: `At most ${RETRIED_MAX} at a time; “Retry failed” takes all.`,
              }
            : may('process')
        }
        loading={retry.isPending}
        onClick={() => retry.mutate()}
      >
        Retry {count(picked.size, 'picked payment')}
      </ActButton>
      {retry.error && <ErrorPanel error={retry.error} />}
    </>
  );
}
