import { z } from 'zod';
import type { Db } from '../db/client.ts';
import {
  compareSides,
  type ComparedRow,
  type DifferenceRow,
} from '../db/queries/reconcile-compare.ts';
import { clearItems, replaceItems } from '../db/queries/reconcile-items.ts';
import { attemptsByReference } from '../db/queries/reconcile-orders.ts';
import { finishRun, readRun } from '../db/queries/reconcile-runs.ts';
import { boundsOfDay } from '../domain/day.ts';
import {
  CASES_PER_KIND_MAX,
  CONFIRMED_DIFFERENCES_MAX,
  DIFFERENCES,
  type Comparison,
} from '../domain/reconciliation.ts';
import type { Provider } from '../providers/port.ts';
import { providerNamed, type Deps } from './deps.ts';
import { checkBalances } from './reconcile-balance.ts';
import { lookupPage } from './lookup-page.ts';
import { openDifferences } from './reconcile-differences.ts';
import { itemsOf } from './reconcile-load-lookups.ts';
import type { Loaded, ReconciliationRef } from './reconcile-load.ts';
import { withPulse, type Pulse } from './reconcile-pulse.ts';
import { addSteps, lookUpAndRecord } from './reconcile-record.ts';
import { toReport } from './reconcile-report.ts';

/** A run whose provider's side is loaded. */
export interface CompareRef extends ReconciliationRef {
  loaded: Loaded;
}

/** How a run ended. */
export interface Compared {
  differences: number;
  healed: number;
}

/**
 * Compares the loaded list with our books and ends the run. What differs is first looked up by
 * reference: where the provider is ahead that is recorded, as any look-up would, and counts as
 * healed. What still differs then becomes a case. Safe to repeat.
 */
export const makeCompareBooks = ({ db, providers }: Deps) =>
  async function compareBooks(ref: CompareRef): Promise<Compared> {
    const provider = providerNamed(providers, ref.provider);
    return withPulse((pulse) => compareLoaded(db, provider, ref, pulse));
  };

/** The work of `compareBooks`. */
export async function compareLoaded(
  db: Db,
  provider: Provider,
  ref: CompareRef,
  pulse: Pulse,
): Promise<Compared> {
  const run = await readRun(db, ref.reconciliationId);
  if (run?.status !== 'RUNNING') return { differences: 0, healed: 0 };
  const bounds = boundsOfDay(ref.day);
  const to = run.created_at < bounds.to ? run.created_at : bounds.to;
  const request = {
    reconciliationId: ref.reconciliationId,
    provider: ref.provider,
    from: bounds.from,
    to,
    quietTimeMs: provider.capabilities.quietTimeMs,
    listed: ref.loaded.listed,
  };
  const first = await compareSides(db, { ...request, differencesMax: CONFIRMED_DIFFERENCES_MAX });
  const confirmed = await confirm(db, provider, ref, first, pulse);
  const rows =
    confirmed.lookedUp === 0 && countOf(first, DIFFERENCES) <= CASES_PER_KIND_MAX
      ? first
      : await compareSides(db, { ...request, differencesMax: CASES_PER_KIND_MAX });
  pulse.beat({ steps: confirmed.steps });
  const balances = await checkBalances(db, provider);
  const opened = await openDifferences(db, ref, rows, balances);
  const steps = addSteps(ref.loaded.steps, confirmed.steps);
  const { report, healed } = toReport({ ...request, rows, balances, opened, confirmed, steps });
  const differences = countOf(rows, DIFFERENCES);
  await finishRun(db, ref.reconciliationId, {
    matched: countOf(rows, ['matched']),
    missingThere: countOf(rows, ['missing_there']),
    missingHere: countOf(rows, ['missing_here']),
    amountDiffers: countOf(rows, ['amount_differs']),
    statusDiffers: countOf(rows, ['status_differs']),
    clean: differences === 0 && opened.missingMoney === 0,
    report,
  });
  await clearItems(db, ref.reconciliationId);
  return { differences, healed };
}

const resumedSchema = z.object({ steps: z.record(z.string(), z.number()) });

/** What looking the differences up came to. */
export interface Confirmed {
  lookedUp: number;
  /** Differences that were too many to look up. */
  left: number;
  steps: Record<string, number>;
}

/** Looks up what differs on our own references; what the provider says now counts, not what it listed. */
async function confirm(
  db: Db,
  provider: Provider,
  { reconciliationId, loaded }: ReconciliationRef & { loaded: Loaded },
  rows: readonly ComparedRow[],
  pulse: Pulse,
): Promise<Confirmed> {
  const resumed = resumedSchema.safeParse(pulse.resumed);
  let steps: Record<string, number> = resumed.success ? resumed.data.steps : {};
  if (!loaded.listed) return { lookedUp: 0, left: 0, steps };
  const doubtful = rows
    .filter(({ comparison }) => comparison !== 'missing_here')
    .flatMap(({ differences }): DifferenceRow[] => differences ?? []);
  const references = doubtful.slice(0, CONFIRMED_DIFFERENCES_MAX).map(({ reference }) => reference);
  const page = lookupPage(provider);
  for (let start = 0; start < references.length; start += page) {
    const attempts = await attemptsByReference(db, references.slice(start, start + page));
    const looked = await lookUpAndRecord(db, provider, attempts);
    await replaceItems(db, reconciliationId, itemsOf(attempts, looked.found));
    steps = addSteps(steps, looked.steps);
    pulse.beat({ steps });
  }
  const known = countOf(rows, ['missing_there', 'amount_differs', 'status_differs']);
  return {
    lookedUp: references.length,
    left: Math.max(0, known - references.length),
    steps,
  };
}

/** How many compare in one of these ways, over all currencies. */
export const countOf = (rows: readonly ComparedRow[], kinds: readonly Comparison[]): number =>
  rows.reduce((sum, row) => (kinds.includes(row.comparison) ? sum + row.count : sum), 0);
