import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import { books, reconciliationAt } from './activities.ts';

export interface ReconcileInput {
  provider: string;
  /** In UTC, `2026-01-31`. */
  day: string;
  /** The id of a key, or `schedule`. */
  requestedBy: string;
}

export interface ReconcileEnd {
  reconciliationId: string;
  status: 'DONE' | 'FAILED';
  differences: number;
  healed: number;
}

/**
 * Holds our books of one day against a provider's list and balance. What the provider knows better is
 * recorded, what differs becomes cases. A provider that cannot be asked for hours ends the run FAILED,
 * with the reason on it.
 */
export async function reconcile(input: ReconcileInput): Promise<ReconcileEnd> {
  const run = await books.beginReconciliation(input);
  const { reconciliationId } = run;
  const { loadTransfers, compareBooks } = reconciliationAt(input.provider);
  try {
    const loaded = await loadTransfers(run);
    return { reconciliationId, status: 'DONE', ...(await compareBooks({ ...run, loaded })) };
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    const why = error.cause instanceof Error ? error.cause.message : 'it could not be done';
    await books.failReconciliation({ reconciliationId, reason: why.slice(0, 500) });
    return { reconciliationId, status: 'FAILED', differences: 0, healed: 0 };
  }
}
