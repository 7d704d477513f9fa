import { makeAcquireSlot } from './acquire-slot.ts';
import {
  makeCancelBatch,
  makePauseBatch,
  makeResumeBatch,
  makeRetryDuePayments,
  makeRetryPayments,
} from './batch-commands.ts';
import { makeCheckHalt } from './check-halt.ts';
import { makeCloseBatch } from './close-batch.ts';
import { makeConfirmEvents } from './confirm-events.ts';
import type { Deps } from './deps.ts';
import { makeReleaseSlot, makeYieldSlot } from './free-slot.ts';
import { makeLoadBatch } from './load-batch.ts';
import { makePlanSlices } from './plan-slices.ts';
import { makePollPayments } from './poll-payments.ts';
import { makeQueueBatch } from './queue-batch.ts';
import { makeCompareBooks } from './reconcile-compare.ts';
import { makeLoadTransfers } from './reconcile-load.ts';
import {
  makeBeginReconciliation,
  makeFailReconciliation,
  makeJoinReconciliation,
} from './reconcile-runs.ts';
import { makeResolveDoubtful } from './resolve-doubtful.ts';
import { makeSubmitSlice } from './submit-slice.ts';
import { makeSweepBatches } from './sweep-batches.ts';
import { makeWatchReturns } from './watch-returns.ts';

/** All activities by their names on the wire, which are for ever. */
export const makeActivities = (deps: Deps) => ({
  acquireSlot: makeAcquireSlot(deps),
  beginReconciliation: makeBeginReconciliation(deps),
  cancelBatch: makeCancelBatch(deps),
  checkHalt: makeCheckHalt(deps),
  closeBatch: makeCloseBatch(deps),
  compareBooks: makeCompareBooks(deps),
  confirmEvents: makeConfirmEvents(deps),
  failReconciliation: makeFailReconciliation(deps),
  joinReconciliation: makeJoinReconciliation(deps),
  loadBatch: makeLoadBatch(deps),
  loadTransfers: makeLoadTransfers(deps),
  pauseBatch: makePauseBatch(deps),
  planSlices: makePlanSlices(deps),
  pollPayments: makePollPayments(deps),
  queueBatch: makeQueueBatch(deps),
  releaseSlot: makeReleaseSlot(deps),
  resolveDoubtful: makeResolveDoubtful(deps),
  resumeBatch: makeResumeBatch(deps),
  retryDuePayments: makeRetryDuePayments(deps),
  retryPayments: makeRetryPayments(deps),
  submitSlice: makeSubmitSlice(deps),
  sweepBatches: makeSweepBatches(deps),
  watchReturns: makeWatchReturns(deps),
  yieldSlot: makeYieldSlot(deps),
});

export type Activities = ReturnType<typeof makeActivities>;
