import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  startChild,
  TimeoutFailure,
  sleep,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { BatchView } from '../activities/load-batch.ts';
import type { SliceReceipt } from '../activities/submit-slice.ts';
import type { Slice } from '../domain/chunks.ts';
import type { HaltCause } from '../domain/outcome.ts';
import { batchWorkflowId, resolveWorkflowId } from '../domain/ids.ts';
import { acquireSlot, books, lookupsAt, submissionAt } from './activities.ts';
import type { Desk } from './desk.ts';
import { slotFreeSignal } from './messages.ts';
import { resolveUnknown } from './resolve-unknown.ts';

const SLICES_IN_FLIGHT = 3;
const POLL_FIRST_MS = 60_000;
const POLL_LAST_MS = 3_600_000;
const POLL_BESIDE_RETRIES_MS = 300_000;
const HALT_LOOK_FIRST_MS = 15_000;
const HALT_LOOK_LAST_MS = 300_000;
/** The clocks of Temporal and of the database may differ a little. */
const PARKED_LOOK_MIN_MS = 1_000;
const APPROVALS_LOOK_MIN_MS = 200;
const TROUBLE_FIRST_MS = 2_000;
const TROUBLE_LAST_MS = 30_000;

/**
 * Waits for somebody to ask for it, for approvals, for the time to undo them and for the scheduled time,
 * then queues the batch. Approvals that do not come are heeded when their time is over.
 */
export async function awaitClearance(desk: Desk, batch: BatchView, since: number): Promise<void> {
  const { batchId } = desk.progress;
  if (batch.approvalsMissing > 0) {
    await awaitApprovals(desk, batch, since);
  } else if (batch.paused || batch.executeRequested === false) {
    await desk.newsAfter(since);
  } else if (batch.scheduledInMs > 0 && batch.cleared !== false) {
    await desk.newsAfter(since, batch.scheduledInMs);
  } else {
    await books.queueBatch({ batchId });
  }
}

async function awaitApprovals(desk: Desk, batch: BatchView, since: number): Promise<void> {
  const dueInMs = batch.approvalsDueInMs ?? null;
  if (dueInMs === null) {
    await desk.newsAfter(since);
    return;
  }
  const waitMs = Math.max(APPROVALS_LOOK_MIN_MS, dueInMs);
  if (await desk.newsAfter(since, waitMs)) return;
  await books.heedApprovalTimes({ batchId: desk.progress.batchId });
}

/** Waits for the slot. Temporal's retry policy paces the looks; any news makes it look at once. */
export async function awaitSlot(desk: Desk, batch: BatchView, since: number): Promise<void> {
  const { batchId } = desk.progress;
  if (batch.paused) {
    await awaitResumption(desk, batch, since);
    return;
  }
  await untilNews(desk, since, () => acquireSlot({ batchId }));
}

/**
 * Waits until somebody resumes the batch. One that was halted for want of money or a valid key also
 * looks by itself, ever more rarely, and goes on when the provider would take it again.
 */
async function awaitResumption(desk: Desk, batch: BatchView, since: number): Promise<void> {
  const { batchId } = desk.progress;
  if (batch.haltCode !== 'funds' && batch.haltCode !== 'credentials') {
    await desk.newsAfter(since);
    return;
  }
  const { checkHalt } = lookupsAt(batch.provider);
  for (let waitMs = HALT_LOOK_FIRST_MS; ; waitMs = Math.min(waitMs * 2, HALT_LOOK_LAST_MS)) {
    if (await desk.newsAfter(since, waitMs)) return;
    const { passed } = await checkHalt({ batchId });
    if (passed || desk.mustContinueAsNew()) return;
  }
}

/** Hands over what is due, a few slices at a time, and frees the slot when nothing is left. */
export async function handOver(desk: Desk, batch: BatchView, since: number): Promise<void> {
  const { batchId } = desk.progress;
  if (batch.paused) {
    await passOn(await books.yieldSlot({ batchId }));
    return;
  }
  const slices = batch.cancelRequested ? [] : await planOrHalt(batchId);
  if (!slices) return;
  if (slices.length === 0) {
    await passOn(await books.releaseSlot({ batchId }));
    return;
  }
  desk.progress.slicesTotal = desk.progress.slicesDone + slices.length;
  await untilNews(desk, since, () => submitAll(desk, batch, slices));
}

/** Waits until the provider has confirmed every payment: by webhook, else by asking, ever more rarely. */
export async function awaitSettlement(desk: Desk, batch: BatchView, since: number): Promise<void> {
  const { batchId } = desk.progress;
  if (batch.retriesLater) {
    await awaitLaterRetry(desk, batch, since);
    return;
  }
  if (batch.unsettled === 0) {
    await books.closeBatch({ batchId });
    return;
  }
  if (batch.inDoubt > 0) await resolveInTheBackground(desk, batch);
  const { pollPayments } = lookupsAt(batch.provider);
  for (let waitMs = POLL_FIRST_MS; ; waitMs = Math.min(waitMs * 2, POLL_LAST_MS)) {
    if (await desk.newsAfter(since, waitMs)) return;
    await pollPayments({ batchId });
    const { unsettled, retriesLater } = await books.loadBatch({ batchId });
    if (unsettled === 0 || retriesLater || desk.mustContinueAsNew()) return;
  }
}

/**
 * Waits, durably and for hours, until failed payments that may heal are due again; they are queued
 * then, for a new generation. What is still open meanwhile is asked about at the same time.
 */
async function awaitLaterRetry(desk: Desk, batch: BatchView, since: number): Promise<void> {
  const { batchId } = desk.progress;
  if (batch.inDoubt > 0) await resolveInTheBackground(desk, batch);
  const dueInMs = batch.nextRetryInMs ?? 0;
  const waitMs = batch.unsettled > 0 ? Math.min(dueInMs, POLL_BESIDE_RETRIES_MS) : dueInMs;
  if (waitMs > 0 && (await desk.newsAfter(since, waitMs))) return;
  if (batch.unsettled > 0) await lookupsAt(batch.provider).pollPayments({ batchId });
  await books.retryDuePayments({ batchId });
}

/**
 * Waits, for months where need be, until payees who cannot be paid yet have a verified account; their
 * payments go on then, and those that have waited too long are cancelled.
 */
export async function awaitAccounts(desk: Desk, batch: BatchView, since: number): Promise<void> {
  if (!batch.parked) return;
  const waitMs = Math.max(PARKED_LOOK_MIN_MS, batch.parkedEndsInMs ?? 0);
  if (await desk.newsAfter(since, waitMs)) return;
  await books.endParked({ batchId: desk.progress.batchId });
}

async function submitAll(desk: Desk, batch: BatchView, slices: readonly Slice[]): Promise<void> {
  const queue = slices.values();
  const lanes = Array.from({ length: SLICES_IN_FLIGHT }, async () => {
    for (const slice of queue) {
      const receipt = await submitOne(desk, batch, slice);
      desk.progress.slicesDone += 1;
      desk.progress.handedOver += receipt.handedOver;
      if (receipt.inDoubt > 0) await resolveInTheBackground(desk, batch);
      if (receipt.halt) {
        await halt(desk.progress.batchId, receipt.halt, receipt.haltCause ?? 'forbidden');
      }
    }
  });
  await Promise.all(lanes);
}

/**
 * Submits a slice. A worker that died, or retries that Temporal's policy has used up while the
 * payments themselves still have some, leave the rest to the next round; it comes after a growing
 * wait, so that an outage of hours costs little.
 */
async function submitOne(desk: Desk, batch: BatchView, slice: Slice): Promise<SliceReceipt> {
  const { batchId } = desk.progress;
  const { submitSlice } = submissionAt(batch.provider);
  for (let waitMs = TROUBLE_FIRST_MS; ; waitMs = Math.min(waitMs * 2, TROUBLE_LAST_MS)) {
    try {
      return await submitSlice({ batchId, provider: batch.provider, slice });
    } catch (error) {
      if (isCancellation(error) || !isWorthAnotherRound(error)) throw error;
      if (desk.mustContinueAsNew()) return { handedOver: 0, inDoubt: 0, halt: null };
      await sleep(waitMs);
    }
  }
}

function isWorthAnotherRound(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  const { cause } = error;
  return (
    cause instanceof TimeoutFailure || (cause instanceof ApplicationFailure && !cause.nonRetryable)
  );
}

/** The slices to hand over, or null where no worker can: the batch is paused then, not lost. */
async function planOrHalt(batchId: string): Promise<Slice[] | null> {
  try {
    return await books.planSlices({ batchId });
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    const why = error.cause instanceof Error ? error.cause.message : 'the batch cannot be planned';
    await halt(batchId, `HALT ${why}`, 'forbidden');
    return null;
  }
}

const halt = (batchId: string, reason: string, haltCause: HaltCause): Promise<void> =>
  books.pauseBatch({ batchId, actor: 'system', reason, haltCause });

/** Runs `work` until it is done or news come; what is under way then is asked to stop, and awaited. */
async function untilNews(desk: Desk, since: number, work: () => Promise<unknown>): Promise<void> {
  const working = new CancellationScope();
  const waiting = new CancellationScope();
  const done = working.run(work).then(
    () => waiting.cancel(),
    (error: unknown) => {
      waiting.cancel();
      if (!isCancellation(error)) throw error;
    },
  );
  await waiting.run(() => desk.newsAfter(since)).catch(() => false);
  working.cancel();
  await done;
}

/** Tells the next batch that the slot is free; one that cannot be told is found by `sweep`. */
async function passOn({ nextBatchId }: { nextBatchId: string | null }): Promise<void> {
  if (!nextBatchId) return;
  try {
    await getExternalWorkflowHandle(batchWorkflowId(nextBatchId)).signal(slotFreeSignal);
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}

/** Starts the resolver of the batch unless it runs already; it outlives this run. */
async function resolveInTheBackground(desk: Desk, { provider }: BatchView): Promise<void> {
  const { batchId } = desk.progress;
  try {
    await startChild(resolveUnknown, {
      workflowId: resolveWorkflowId(batchId),
      args: [{ batchId, provider }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
