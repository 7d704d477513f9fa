import { loadBatch as load } from '../db/queries/slot.ts';
import type { BatchState } from '../domain/batch.ts';
import type { HaltCause } from '../domain/outcome.ts';
import type { BatchRef, Deps } from './deps.ts';
import { cannotGoOn } from './failures.ts';

/** Where a batch stands: states, counts and times, nothing about any single payment. */
export interface BatchView {
  status: BatchState;
  provider: string;
  currency: string;
  createdBy: string;
  batchNumber: number;
  payments: number;
  paused: boolean;
  cancelRequested: boolean;
  approvalsMissing: number;
  scheduledInMs: number;
  unsettled: number;
  inDoubt: number;
  /** Failed payments that are tried again by themselves, and when the first is due; absent in old histories. */
  retriesLater?: number;
  nextRetryInMs?: number | null;
  /** Why the provider takes no more, where that paused it; absent in old histories. */
  haltCode?: HaltCause | null;
  /** Held payments that wait for an account, for how long still, and those held by nothing any more; absent in old histories. */
  parked?: number;
  parkedEndsInMs?: number;
  continuable?: number;
  /** Whether execution was asked for, and whether the time to undo it runs or ran; absent in old histories. */
  executeRequested?: boolean;
  cleared?: boolean;
  /** When approvals that are missing expire or go to more people; null for never; absent in old histories. */
  approvalsDueInMs?: number | null;
}

/** Reads where the batch stands. */
export const makeLoadBatch = ({ db, parkedMaxMs }: Deps) =>
  async function loadBatch({ batchId }: BatchRef): Promise<BatchView> {
    const row = await load(db, batchId, parkedMaxMs);
    if (!row) throw cannotGoOn('no_such_batch', `there is no batch ${batchId}`);
    return {
      status: row.status,
      provider: row.provider,
      currency: row.currency,
      createdBy: row.created_by,
      batchNumber: row.batch_number,
      payments: row.payment_count,
      paused: row.paused,
      cancelRequested: row.cancel_requested,
      approvalsMissing: row.approvals_missing,
      scheduledInMs: Math.ceil(row.scheduled_in_ms),
      unsettled: row.unsettled,
      inDoubt: row.in_doubt,
      retriesLater: row.retries_later,
      nextRetryInMs: row.next_retry_in_ms === null ? null : Math.ceil(row.next_retry_in_ms),
      haltCode: row.halt_code,
      parked: row.parked,
      parkedEndsInMs: Math.max(0, Math.ceil(row.parked_ends_in_ms ?? 0)),
      continuable: row.continuable,
      executeRequested: row.execute_requested,
      cleared: row.cleared,
      approvalsDueInMs:
        row.approvals_due_in_ms === null ? null : Math.max(0, Math.ceil(row.approvals_due_in_ms)),
    };
  };
