import { z } from 'zod';
import { CANCELLED_UNSENT, PAYMENT_STATES, type PaymentState } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import { countColumn } from '../rows.ts';
import { sumColumn } from './preview.ts';

const groupRow = z.object({
  batch_id: z.string(),
  status: z.enum(PAYMENT_STATES),
  failure_code: z.string().nullable(),
  count: countColumn,
  amount_minor: sumColumn,
});

/** Payments of one batch by state, and what became of those that ended badly. */
export interface PaymentTally {
  counts: Record<PaymentState, number>;
  amountsMinor: Record<PaymentState, bigint>;
  /** Failed for good: FAILED, and CANCELLED after a failure. */
  failedCount: number;
  errors: { code: string; count: number }[];
}

const emptyTally = (): PaymentTally => ({
  counts: byState(() => 0),
  amountsMinor: byState(() => 0n),
  failedCount: 0,
  errors: [],
});

function byState<T>(make: () => T): Record<PaymentState, T> {
  return {
    PENDING: make(),
    PROCESSING: make(),
    UNKNOWN: make(),
    ON_HOLD: make(),
    FAILED: make(),
    COMPLETED: make(),
    CANCELLED: make(),
    RETURNED: make(),
  };
}

/** Counts and sums of all these batches in one query; a batch without payments is all zeros. */
export async function tallyPayments(
  db: Db,
  batchIds: readonly string[],
): Promise<Map<string, PaymentTally>> {
  const tallies = new Map(batchIds.map((id) => [id, emptyTally()]));
  if (batchIds.length === 0) return tallies;
  const groups = await db.run(
    groupRow,
    `select batch_id, status, failure_code, count(*) as count, sum(amount_minor) as amount_minor
     from payments where batch_id = any($1::text[]) group by batch_id, status, failure_code`,
    [[...batchIds]],
    { deadlineMs: 30_000 },
  );
  for (const group of groups) {
    const tally = tallies.get(group.batch_id);
    if (!tally) continue;
    tally.counts[group.status] += group.count;
    tally.amountsMinor[group.status] += group.amount_minor;
    if (isFailed(group)) addFailure(tally, group.failure_code ?? 'unknown', group.count);
  }
  return tallies;
}

const isFailed = (group: z.infer<typeof groupRow>): boolean =>
  group.status === 'FAILED' ||
  (group.status === 'CANCELLED' && !CANCELLED_UNSENT.some((code) => code === group.failure_code));

function addFailure(tally: PaymentTally, code: string, count: number): void {
  tally.failedCount += count;
  const known = tally.errors.find((error) => error.code === code);
  if (known) known.count += count;
  else tally.errors.push({ code, count });
}
