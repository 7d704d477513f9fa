import { VaultError, type Vault } from '../db/vault.ts';
import { readKeptEvent } from '../db/webhook-body.ts';
import type { Db } from '../db/client.ts';
import { closeEvents, overdueEvents } from '../db/queries/waiting-events.ts';
import { applyWaiting } from '../db/queries/webhooks.ts';
import { WebhookRejected, type Provider, type WebhookEvent } from '../providers/port.ts';

const PAGE = 500;

/**
 * Applies the waiting events of a provider whose payments a look-up has settled meanwhile, or that
 * lost a race: what they tell now counts, is known already, or contradicts the books and is a case.
 * Answers the batches that wait for nothing more by it. Safe to repeat.
 */
export async function applyOverdue(db: Db, vault: Vault, provider: Provider): Promise<string[]> {
  const settled: string[] = [];
  let after: { received_at: string; event_id: string } | null = null;
  for (;;) {
    const page = await overdueEvents(db, provider.name, after, PAGE);
    const events: WebhookEvent[] = [];
    const unreadable: string[] = [];
    for (const { event_id, payload } of page) {
      try {
        events.push(readKeptEvent(vault, provider, event_id, payload));
      } catch (error) {
        if (error instanceof WebhookRejected) unreadable.push(event_id);
        else if (!(error instanceof VaultError)) throw error;
      }
    }
    if (events.length > 0)
      settled.push(...(await applyWaiting(db, provider.name, events)).settledBatchIds);
    const closed = unreadable.map((eventId) => ({
      eventId,
      result: 'ignored' as const,
      paymentId: null,
    }));
    await closeEvents(db, provider.name, closed);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return settled;
    after = last;
  }
}
