import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { clearItems, storeItems, type ListedItem } from '../db/queries/reconcile-items.ts';
import { attemptsBetween, type SentAttempt } from '../db/queries/reconcile-orders.ts';
import { boundsOfDay } from '../domain/day.ts';
import type { LookupResult } from '../domain/outcome.ts';
import { theirState } from '../domain/reconciliation.ts';
import type { Provider } from '../providers/port.ts';
import { lookupPage } from './lookup-page.ts';
import type { ReconciliationRef } from './reconcile-load.ts';
import type { Pulse } from './reconcile-pulse.ts';
import { addSteps, lookUpAndRecord } from './reconcile-record.ts';

const progressSchema = z.object({
  after: z.object({ paymentId: z.string(), generation: z.number() }),
  transfers: z.number(),
  steps: z.record(z.string(), z.number()),
});

/**
 * Looks up each attempt of the day by its reference, for providers without a list, and keeps what was
 * found as if it had been listed. Steps that are due are recorded on the way. A restart begins again;
 * what was recorded before stays counted.
 */
export async function loadByLookups(
  db: Db,
  provider: Provider,
  { reconciliationId, day }: ReconciliationRef,
  pulse: Pulse,
) {
  const resumed = progressSchema.safeParse(pulse.resumed);
  let steps: Record<string, number> = resumed.success ? resumed.data.steps : {};
  const limit = lookupPage(provider);
  let after = { paymentId: '', generation: 0 };
  let transfers = 0;
  await clearItems(db, reconciliationId);
  for (;;) {
    const page = await attemptsBetween(db, {
      provider: provider.name,
      ...boundsOfDay(day),
      after,
      limit,
    });
    const looked = await lookUpAndRecord(db, provider, page);
    const items = itemsOf(page, looked.found);
    if (items.length > 0) await storeItems(db, reconciliationId, items);
    steps = addSteps(steps, looked.steps);
    transfers += items.length;
    const last = page.at(-1);
    if (!last || page.length < limit) return { transfers, steps };
    after = { paymentId: last.payment_id, generation: last.generation };
    pulse.beat({ after, transfers, steps });
  }
}

/** What look-ups found, as the provider's list would show it; what it could not tell is left out. */
export function itemsOf(
  attempts: readonly SentAttempt[],
  found: ReadonlyMap<string, LookupResult>,
): ListedItem[] {
  return attempts.flatMap((attempt) => {
    const result = found.get(attempt.reference);
    const status = result && theirState(result);
    if (!status || status === 'UNKNOWN') return [];
    const told = 'providerPaymentId' in result ? result.providerPaymentId : null;
    return [
      {
        reference: attempt.reference,
        providerPaymentId: told ?? attempt.provider_payment_id ?? attempt.reference,
        amountMinor: attempt.amount_minor,
        currency: attempt.currency,
        status,
        createdAt: attempt.created_at,
      },
    ];
  });
}
