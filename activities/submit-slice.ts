import { Context } from '@temporalio/activity';
import type { Slice } from '../domain/chunks.ts';
import type { HaltCause } from '../domain/outcome.ts';
import { bindAccounts } from '../db/queries/bind-accounts.ts';
import { guardAnswers } from '../db/queries/guard-answers.ts';
import { leftBehind as countLeftBehind, loadDuePayments } from '../db/queries/due-payments.ts';
import { providerNamed, type BatchRef, type Deps } from './deps.ts';
import { leftBehind } from './failures.ts';
import { affordable } from './funds.ts';
import { handOverChunk } from './hand-over-chunk.ts';
import { nothing, type Handover } from './handover.ts';
import { byChunk, inParallel } from './slice-work.ts';

export interface SliceRef extends BatchRef {
  provider: string;
  slice: Slice;
}

/** What became of a slice: counts, and why the provider takes no more, if so. */
export interface SliceReceipt {
  handedOver: number;
  inDoubt: number;
  halt: string | null;
  /** Absent in receipts of before it was told. */
  haltCause?: HaltCause | null;
}

/** So many chunks overlap: while one is recorded, the next ones are being sent. */
const CHUNKS_IN_FLIGHT = 4;
const HEARTBEAT_MS = 1_000;

/**
 * Hands a slice of a batch to its provider, chunk after chunk. Safe to repeat at any point: intent is
 * written before each call, the same key goes with the same bytes, and what is through is not due.
 * The balance is read first, and what it does not cover is not sent.
 *
 * Where the provider refused some, the risk rules look at the batch, and may pause it.
 *
 * Ends well when nothing of the slice is left to send, or when the batch was paused, cancelled or
 * halted; fails with `LEFT_BEHIND` when some payments must be tried again after a wait.
 */
export const makeSubmitSlice = ({ db, vault, providers }: Deps) =>
  async function submitSlice({ batchId, provider: name, slice }: SliceRef): Promise<SliceReceipt> {
    const provider = providerNamed(providers, name);
    const activity = Context.current();
    const { workflowExecution, activityId, attempt } = activity.info;
    const fence = `${workflowExecution?.runId ?? 'none'}/${activityId}/${attempt}`;
    const receipt: SliceReceipt = { handedOver: 0, inDoubt: 0, halt: null, haltCause: null };
    const stopped = () => receipt.halt !== null || activity.cancellationSignal.aborted;
    const desk = { db, vault, provider, batchId, fence, stopped };
    const beat = setInterval(() => activity.heartbeat(receipt.handedOver), HEARTBEAT_MS);
    try {
      await bindAccounts(db, batchId, slice);
      const withAccounts = provider.capabilities.keepsRequest;
      const due = await loadDuePayments(db, batchId, slice, withAccounts);
      const { chunks, halt } = await affordable(provider, byChunk(due));
      await inParallel(CHUNKS_IN_FLIGHT, chunks, async (payments) => {
        if (stopped()) return;
        const done = await handOverChunk(desk, payments);
        add(receipt, done);
        if (done.refused > 0) await guardAnswers(db, batchId, payments[0]?.chunk);
      });
      if (halt) add(receipt, { ...nothing(), halt });
      if (stopped()) return receipt;
      const left = await countLeftBehind(db, batchId, slice);
      if (left.payments > 0) throw leftBehind(left.payments, left.waitMs);
      return receipt;
    } finally {
      clearInterval(beat);
    }
  };

function add(receipt: SliceReceipt, chunk: Handover): void {
  receipt.handedOver += chunk.handedOver;
  receipt.inDoubt += chunk.inDoubt;
  receipt.halt ??= chunk.halt?.reason ?? null;
  receipt.haltCause ??= chunk.halt?.cause ?? null;
}
