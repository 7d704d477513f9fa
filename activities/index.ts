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
import { makeResolveDoubtful } from './resolve-doubtful.ts';
import { makeSubmitSlice } from './submit-slice.ts';
import { makeSweepBatches } from './sweep-batches.ts';

/** All activities by their names on the wire, which are for ever. */
export const makeActivities = (deps: Deps) => ({
  acquireSlot: makeAcquireSlot(deps),
  cancelBatch: makeCancelBatch(deps),
  checkHalt: makeCheckHalt(deps),
  closeBatch: makeCloseBatch(deps),
  confirmEvents: makeConfirmEvents(deps),
  loadBatch: makeLoadBatch(deps),
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
  yieldSlot: makeYieldSlot(deps),
});

export type Activities = ReturnType<typeof makeActivities>;
