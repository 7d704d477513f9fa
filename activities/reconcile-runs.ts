import { newId } from '../db/new-id.ts';
import { failRun, findRunning, openReconciliation } from '../db/queries/reconcile-runs.ts';
import type { Deps } from './deps.ts';
import type { ReconciliationRef } from './reconcile-load.ts';

/** Whose list is compared with our books, and who asked for it. */
export interface ReconcileRequest {
  provider: string;
  day: string;
  requestedBy: string;
}

/** Joins the run of the day that is under way, or begins one; answers its id. Safe to repeat. */
export const makeBeginReconciliation = ({ db }: Deps) =>
  async function beginReconciliation(request: ReconcileRequest): Promise<ReconciliationRef> {
    const { provider, day } = request;
    const id = await openReconciliation(db, { ...request, id: newId('reconciliation') });
    return { reconciliationId: id, provider, day };
  };

/** The run of the day that was asked for and is not done; null where there is none. */
export const makeJoinReconciliation = ({ db }: Deps) =>
  async function joinReconciliation({
    provider,
    day,
  }: Pick<ReconcileRequest, 'provider' | 'day'>): Promise<ReconciliationRef | null> {
    const reconciliationId = await findRunning(db, provider, day);
    return reconciliationId === null ? null : { reconciliationId, provider, day };
  };

/** Ends a run that could not be done; `reason` is a sentence. Safe to repeat. */
export const makeFailReconciliation = ({ db }: Deps) =>
  async function failReconciliation({
    reconciliationId,
    reason,
  }: {
    reconciliationId: string;
    reason: string;
  }): Promise<void> {
    await failRun(db, reconciliationId, reason);
  };
