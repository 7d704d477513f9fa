import { z } from 'zod';
import { compareLoaded } from '../../activities/reconcile-compare.ts';
import { loadSide } from '../../activities/reconcile-load.ts';
import type { Pulse } from '../../activities/reconcile-pulse.ts';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { findRun, openReconciliation } from '../../db/queries/reconcile-runs.ts';
import { dayOf } from '../../domain/day.ts';
import { listingProvider, type ListingBooks } from './listing-provider.ts';

export const today = (): string => dayOf(new Date());

const noPulse: Pulse = { resumed: undefined, beat: () => {} };

const reportSchema = z.object({
  listed: z.boolean(),
  comparisons: z.array(
    z.object({
      comparison: z.string(),
      currency: z.string(),
      count: z.number(),
      ours: z.string(),
      theirs: z.string(),
    }),
  ),
  healed: z.object({ count: z.number(), steps: z.record(z.string(), z.number()) }),
  cases: z.object({ opened: z.number(), left: z.record(z.string(), z.number()) }),
  balances: z.array(
    z.object({
      currency: z.string(),
      balance: z.string().nullable(),
      difference: z.string().nullable(),
    }),
  ),
  notes: z.array(z.string()),
});

/** Begins a run of today, or joins the one under way. */
export async function beginToday(db: Db) {
  const day = today();
  const request = { provider: 'mock', day, requestedBy: 'key:test' };
  const reconciliationId = await openReconciliation(db, {
    ...request,
    id: newId('reconciliation'),
  });
  return { reconciliationId, provider: 'mock', day };
}

/** Reconciles today by the work of the activities; the run's row with its report. */
export async function reconcileToday(db: Db, books: ListingBooks) {
  const ref = await beginToday(db);
  const provider = listingProvider(books);
  const loaded = await loadSide(db, provider, ref, noPulse);
  const compared = await compareLoaded(db, provider, { ...ref, loaded }, noPulse);
  const row = await findRun(db, ref.reconciliationId);
  if (!row) throw new Error('the run is gone');
  return { ...compared, row, report: reportSchema.parse(row.report) };
}

/** The open cases, by kind and subject. */
export const openCasesOf = (db: Db) =>
  db.run(
    z.object({ kind: z.string(), subject: z.string(), severity: z.string() }),
    "select kind, subject, severity from cases where status = 'OPEN' order by kind, subject",
  );
