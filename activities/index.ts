import { makeAcquireSlot } from './acquire-slot.ts';
import { makeCalculateEarnings } from './calculate-earnings.ts';
import {
  makeCancelBatch,
  makePauseBatch,
  makeResumeBatch,
  makeRetryDuePayments,
  makeRetryPayments,
} from './batch-commands.ts';
import { makeBackfillPeriods } from './backfill-periods.ts';
import { alive } from './beating.ts';
import { makeCheckHalt } from './check-halt.ts';
import { makeCloseBatch } from './close-batch.ts';
import { makeConfirmEvents } from './confirm-events.ts';
import { makeDeliverEvents, type DeliverDeps } from './deliver-events.ts';
import type { Deps } from './deps.ts';
import { makeExportParts } from './export-parts.ts';
import { makeReleaseSlot, makeYieldSlot } from './free-slot.ts';
import { makeHeedApprovalTimes } from './heed-approval-times.ts';
import { makeLoadBatch } from './load-batch.ts';
import { makeContinueParked, makeEndParked } from './parked.ts';
import type { PayoutDeps } from './pay-period.ts';
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
import { makeRunSchedule } from './run-schedule.ts';
import { makeSendMails, type MailDeps } from './send-mails.ts';
import { makeSubmitSlice } from './submit-slice.ts';
import { makeSweepBatches } from './sweep-batches.ts';
import { makeSyncSchedules } from './sync-schedules.ts';
import { makeWatchReturns } from './watch-returns.ts';

/** All activities by their names on the wire, which are for ever. */
export const makeActivities = (deps: Deps & DeliverDeps & MailDeps & PayoutDeps) => ({
  acquireSlot: alive(makeAcquireSlot(deps)),
  backfillPeriods: alive(makeBackfillPeriods(deps)),
  beginReconciliation: alive(makeBeginReconciliation(deps)),
  calculateEarnings: makeCalculateEarnings(deps),
  cancelBatch: alive(makeCancelBatch(deps)),
  checkHalt: makeCheckHalt(deps),
  closeBatch: alive(makeCloseBatch(deps)),
  compareBooks: makeCompareBooks(deps),
  confirmEvents: makeConfirmEvents(deps),
  continueParked: alive(makeContinueParked(deps)),
  deliverEvents: makeDeliverEvents(deps),
  endParked: alive(makeEndParked(deps)),
  exportParts: makeExportParts(deps),
  failReconciliation: alive(makeFailReconciliation(deps)),
  heedApprovalTimes: alive(makeHeedApprovalTimes(deps)),
  joinReconciliation: alive(makeJoinReconciliation(deps)),
  loadBatch: alive(makeLoadBatch(deps)),
  loadTransfers: makeLoadTransfers(deps),
  pauseBatch: alive(makePauseBatch(deps)),
  planSlices: alive(makePlanSlices(deps)),
  pollPayments: makePollPayments(deps),
  queueBatch: alive(makeQueueBatch(deps)),
  releaseSlot: alive(makeReleaseSlot(deps)),
  resolveDoubtful: makeResolveDoubtful(deps),
  resumeBatch: alive(makeResumeBatch(deps)),
  retryDuePayments: alive(makeRetryDuePayments(deps)),
  retryPayments: alive(makeRetryPayments(deps)),
  runSchedule: alive(makeRunSchedule(deps)),
  sendMails: makeSendMails(deps),
  submitSlice: makeSubmitSlice(deps),
  sweepBatches: alive(makeSweepBatches(deps)),
  syncSchedules: alive(makeSyncSchedules(deps)),
  watchReturns: makeWatchReturns(deps),
  yieldSlot: alive(makeYieldSlot(deps)),
});

export type Activities = ReturnType<typeof makeActivities>;
