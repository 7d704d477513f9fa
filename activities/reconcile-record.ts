import type { Db } from '../db/client.ts';
import { toOrder, type SentAttempt } from '../db/queries/reconcile-orders.ts';
import { recordFound } from '../db/queries/record-found.ts';
import { toVerdict, type Verdict } from '../db/queries/record-outcomes.ts';
import { recordPartialReturns } from '../db/queries/returns-partial.ts';
import type { LookupResult } from '../domain/outcome.ts';
import type { Provider } from '../providers/port.ts';

/** What the provider said about attempts, and what that changed in our books. */
export interface LookedUp {
  found: ReadonlyMap<string, LookupResult>;
  /** How many payments took which step, as `PROCESSING to COMPLETED`. */
  steps: Record<string, number>;
}

/**
 * Looks attempts up at the provider and records where it is ahead of us. What it says about a payment
 * that had arrived can only be that money came back: all of it, also where it calls that a failure, or
 * a part.
 */
export async function lookUpAndRecord(
  db: Db,
  provider: Provider,
  attempts: readonly SentAttempt[],
): Promise<LookedUp> {
  if (attempts.length === 0) return { found: new Map(), steps: {} };
  const found = await provider.lookup(attempts.map(toOrder));
  const verdicts = attempts.flatMap((attempt) => {
    const verdict = verdictOn(attempt, found.get(attempt.reference));
    return verdict ? [verdict] : [];
  });
  const changed = await recordFound(db, verdicts);
  await recordPartialReturns(
    db,
    attempts.flatMap(({ payment_id, generation, reference }) => {
      const result = found.get(reference);
      return result?.kind === 'PARTLY_RETURNED'
        ? [{ paymentId: payment_id, generation, returnedMinor: result.returnedMinor }]
        : [];
    }),
  );
  const steps: Record<string, number> = {};
  for (const { was, now } of changed) {
    if (was === now) continue;
    steps[`${was} to ${now}`] = (steps[`${was} to ${now}`] ?? 0) + 1;
  }
  return { found, steps };
}

/** Adds up the steps of several pages. */
export function addSteps(
  sum: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const total = { ...sum };
  for (const [step, count] of Object.entries(more)) total[step] = (total[step] ?? 0) + count;
  return total;
}

function verdictOn(attempt: SentAttempt, result: LookupResult | undefined): Verdict | null {
  if (!result || result.kind === 'ABSENT' || result.kind === 'AMBIGUOUS') return null;
  const { payment_id: paymentId, generation, status } = attempt;
  const verdict = toVerdict({ paymentId, generation, failures: 0 }, result);
  switch (status) {
    case 'PROCESSING':
    case 'UNKNOWN':
      return verdict.verdict === 'DEFERRED' ? null : verdict;
    case 'COMPLETED':
      if (verdict.verdict !== 'FAILED' && verdict.verdict !== 'RETURNED') return null;
      return { ...verdict, verdict: 'RETURNED', delayMs: 0, laterRetriesMax: 0 };
    default:
      return null;
  }
}
