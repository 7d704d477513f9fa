import type { Activities } from '../../activities/index.ts';
import type { BatchView } from '../../activities/load-batch.ts';

/** A batch as the workflow sees it, to be moved on by the activities of a test. */
export const batchView = (given: Partial<BatchView> = {}): BatchView => ({
  status: 'QUEUED',
  provider: 'mock',
  currency: 'USD',
  createdBy: 'key:test',
  batchNumber: 1,
  payments: 100,
  paused: false,
  cancelRequested: false,
  approvalsMissing: 0,
  scheduledInMs: 0,
  unsettled: 100,
  inDoubt: 0,
  ...given,
});

/**
 * Activities over a batch in memory, for the branches of workflows alone. Whatever a test does not
 * replace behaves as in a run without faults.
 */
export function fakeActivities(view: BatchView, replaced: Partial<Activities> = {}): Activities {
  const to = (status: BatchView['status']) => {
    view.status = status;
  };
  return {
    loadBatch: async () => ({ ...view }),
    queueBatch: async () => to('QUEUED'),
    heedApprovalTimes: async () => {},
    acquireSlot: async () => to('PROCESSING'),
    planSlices: async () =>
      view.unsettled > 0 && view.status === 'PROCESSING' ? [{ fromChunk: 0, toChunk: 0 }] : [],
    submitSlice: async () => {
      view.unsettled = 0;
      return { handedOver: view.payments, inDoubt: 0, halt: null };
    },
    releaseSlot: async () => {
      to('SETTLING');
      return { nextBatchId: null };
    },
    yieldSlot: async () => {
      to('QUEUED');
      return { nextBatchId: null };
    },
    pollPayments: async () => {},
    closeBatch: async () => to('COMPLETED'),
    cancelBatch: async () => {
      view.cancelRequested = true;
      if (view.status === 'PENDING' || view.status === 'QUEUED') to('CANCELLED');
    },
    pauseBatch: async () => {
      view.paused = true;
    },
    resumeBatch: async () => {
      view.paused = false;
    },
    continueParked: async () => {},
    endParked: async () => {},
    exportParts: async () => ({ done: true }),
    deliverEvents: async () => ({ left: 0, nextMs: 0 }),
    runSchedule: async () => ({ ran: null }),
    backfillPeriods: async () => ({ periods: 0, batches: 0, more: false }),
    syncSchedules: async () => ({ created: 0, updated: 0, deleted: 0 }),
    sendMails: async () => ({ nextMs: null }),
    retryDuePayments: async () => 0,
    retryPayments: async () => 0,
    calculateEarnings: async () => ({ payees: 0, conversions: 0, commissions: 0 }),
    confirmEvents: async () => ({ left: 0, nextMs: 0, at: '2026-01-01 00:00:00+00' }),
    checkHalt: async () => ({ passed: false }),
    resolveDoubtful: async () => ({ left: 0 }),
    beginReconciliation: async ({ provider, day }) => ({ reconciliationId: 'rec', provider, day }),
    joinReconciliation: async () => null,
    loadTransfers: async () => ({ listed: true, transfers: 0, steps: {} }),
    compareBooks: async () => ({ differences: 0, healed: 0 }),
    failReconciliation: async () => {},
    watchReturns: async () => ({ lookedUp: 0, steps: {} }),
    sweepBatches: async () => ({ restarted: 0, woken: 0, matured: 0 }),
    ...replaced,
  };
}
