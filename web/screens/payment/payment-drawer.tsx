import { Drawer, Kbd } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useKeys } from '../../lib/hotkeys.ts';
import { batchPaymentsQuery, paymentQuery, type Payment } from '../../lib/queries.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TableSkeleton } from '../../ui/table-skeleton.tsx';
import { PaymentStory } from './payment-story.tsx';
import classes from './payment.module.css';

/** One payment beside the list that it is in; `j` and `k` go on through that list. */
export function PaymentDrawer({
  batchId,
  status,
  paymentId,
  onMove,
}: {
  batchId: string;
  status: Payment['status'] | undefined;
  paymentId: string | undefined;
  onMove: (paymentId: string | undefined) => void;
}) {
  return (
    <Drawer
      opened={paymentId !== undefined}
      onClose={() => onMove(undefined)}
      size={620}
      title="Payment"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {paymentId !== undefined && (
        <Known batchId={batchId} status={status} paymentId={paymentId} onMove={onMove} />
      )}
    </Drawer>
  );
}

function Known({
  batchId,
  status,
  paymentId,
  onMove,
}: {
  batchId: string;
  status: Payment['status'] | undefined;
  paymentId: string;
  onMove: (paymentId: string) => void;
}) {
  const list = useInfiniteQuery(batchPaymentsQuery(batchId, status));
  const { data, error, refetch } = useQuery(paymentQuery(paymentId));
  const ids = useMemo(
    () => list.data?.pages.flatMap(({ payments }) => payments.map(({ id }) => id)) ?? [],
    [list.data],
  );
  const keys = useMemo(() => {
    const step = (by: number) => () => {
      const to = ids[ids.indexOf(paymentId) + by];
      if (to !== undefined) onMove(to);
    };
    return { j: step(1), k: step(-1) };
  }, [ids, paymentId, onMove]);
  useKeys(keys, { inDialog: true });
  return (
    <>
      <p className={`soft ${classes['hint']} no-print`}>
        <Kbd size="xs">j</Kbd> next <Kbd size="xs">k</Kbd> before
      </p>
      {error && !data && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!error && !data && <TableSkeleton />}
      {data && <PaymentStory detail={data} />}
    </>
  );
}
