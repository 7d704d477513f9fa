import { ActivityFailure, isCancellation, setHandler } from '@temporalio/workflow';
import type { ReconciliationRef } from '../activities/reconcile-load.ts';
import { books, reconciliationAt } from './activities.ts';
import { reconcileAskedSignal } from './messages.ts';

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
 * with the reason on it. One that is asked for while another has just ended is carried out here too:
 * a signal that comes at the very last moment keeps the workflow from closing.
 */
export async function reconcile(input: ReconcileInput): Promise<ReconcileEnd> {
  let asked = 0;
  setHandler(reconcileAskedSignal, () => void (asked += 1));
  let seen = asked;
  let end = await carryOut(await books.beginReconciliation(input));
  while (asked !== seen) {
    seen = asked;
    const next = await books.joinReconciliation(input);
    if (next) end = await carryOut(next);
  }
  return end;
}

async function carryOut(run: ReconciliationRef): Promise<ReconcileEnd> {
  const { reconciliationId, provider } = run;
  const { loadTransfers, compareBooks } = reconciliationAt(provider);
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
