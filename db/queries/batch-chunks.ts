import { z } from 'zod';
import { PAYMENT_STATES, type PaymentState } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { countColumn, instantColumn } from '../rows.ts';
import { sumColumn } from './preview.ts';

const groupRow = z.object({
  chunk: z.number(),
  status: z.enum(PAYMENT_STATES),
  count: countColumn,
  amount_minor: sumColumn,
  first_sent: instantColumn.nullable(),
  last_sent: instantColumn.nullable(),
  last_paid: instantColumn.nullable(),
});

/** The payments of a batch that are handed over together. */
export interface BatchChunk {
  chunk: number;
  payments: number;
  amountMinor: bigint;
  counts: Record<PaymentState, number>;
  /** When the first and the last of them were handed over; null where none was. */
  firstSentAt: Date | null;
  lastSentAt: Date | null;
  /** When the last of those that were paid arrived. */
  lastPaidAt: Date | null;
}

/** The chunks of a batch in their order, each with its payments by state; none for an unknown batch. */
export async function readBatchChunks(db: Db, batchId: string): Promise<BatchChunk[]> {
  const groups = await db.run(
    groupRow,
    `select chunk, status, count(*) as count, sum(amount_minor) as amount_minor, min(submitted_at) as first_sent,
       max(submitted_at) as last_sent, max(completed_at) as last_paid
     from payments where batch_id = $1 group by chunk, status order by chunk`,
    [batchId],
    { deadlineMs: 30_000 },
  );
  const chunks = new Map<number, BatchChunk>();
  for (const group of groups) {
    const before = chunks.get(group.chunk);
    chunks.set(group.chunk, {
      chunk: group.chunk,
      payments: (before?.payments ?? 0) + group.count,
      amountMinor: (before?.amountMinor ?? 0n) + group.amount_minor,
      counts: { ...(before?.counts ?? noCounts()), [group.status]: group.count },
      firstSentAt: earlier(before?.firstSentAt ?? null, group.first_sent),
      lastSentAt: later(before?.lastSentAt ?? null, group.last_sent),
      lastPaidAt: later(before?.lastPaidAt ?? null, group.last_paid),
    });
  }
  return [...chunks.values()];
}

const noCounts = (): Record<PaymentState, number> => ({
  PENDING: 0,
  PROCESSING: 0,
  UNKNOWN: 0,
  ON_HOLD: 0,
  FAILED: 0,
  COMPLETED: 0,
  CANCELLED: 0,
  RETURNED: 0,
});

const earlier = (one: Date | null, other: Date | null): Date | null =>
  one && other ? (one < other ? one : other) : (one ?? other);

const later = (one: Date | null, other: Date | null): Date | null =>
  one && other ? (one > other ? one : other) : (one ?? other);
