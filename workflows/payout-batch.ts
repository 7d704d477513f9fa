import { continueAsNew } from '@temporalio/workflow';
import { books } from './activities.ts';
import { openDesk } from './desk.ts';
import {
  awaitAccounts,
  awaitClearance,
  awaitSettlement,
  awaitSlot,
  handOver,
} from './payout-batch-steps.ts';

export interface PayoutBatchInput {
  batchId: string;
}

/** How a batch ended. */
export interface PayoutBatchEnd {
  status: 'COMPLETED' | 'FAILED' | 'CANCELLED';
}

/**
 * Pays one batch. Postgres says where the batch stands; this drives it from there to the next
 * state, so starting it anew at any time, even with an empty history, goes on where things are.
 *
 * PENDING: waits until it is approved and due. QUEUED: waits for the slot. PROCESSING: hands all
 * payments over. SETTLING: waits for the provider to confirm. Ends when the batch has ended and
 * nobody's payment waits for an account any more.
 */
export async function payoutBatch({ batchId }: PayoutBatchInput): Promise<PayoutBatchEnd> {
  const desk = openDesk(batchId);
  for (;;) {
    const since = desk.news();
    const batch = await books.loadBatch({ batchId });
    desk.show(batch);
    if (batch.continuable) {
      await books.continueParked({ batchId });
      continue;
    }
    switch (batch.status) {
      case 'PENDING':
        await awaitClearance(desk, batch, since);
        break;
      case 'QUEUED':
        await awaitSlot(desk, batch, since);
        break;
      case 'PROCESSING':
        await handOver(desk, batch, since);
        break;
      case 'SETTLING':
        await awaitSettlement(desk, batch, since);
        break;
      default:
        await awaitAccounts(desk, batch, since);
        await desk.quiet();
        if (!batch.parked && desk.news() === since) return { status: batch.status };
    }
    if (desk.mustContinueAsNew()) {
      await desk.quiet();
      await continueAsNew<typeof payoutBatch>({ batchId });
    }
  }
}
