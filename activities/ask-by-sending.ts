import type { LookupResult } from '../domain/outcome.ts';
import type { Db } from '../db/client.ts';
import { keptRequests } from '../db/queries/kept-requests.ts';
import { toLookupOrder, type OpenPayment } from '../db/queries/open-payments.ts';
import { openOrNull, type Vault } from '../db/vault.ts';
import { SEND_WINDOW_MS, type PreparedPayment, type Provider } from '../providers/port.ts';

/**
 * Asks a provider about payments that nothing can be found by, in the one way that it answers: by the
 * same bytes under the same key, while it honours the key. What it has, it tells; what it does not
 * have, it makes now, as was meant. Answers what was learned, by reference.
 */
export async function askBySending(
  { db, vault }: { db: Db; vault: Vault },
  provider: Provider,
  payments: readonly OpenPayment[],
): Promise<Map<string, LookupResult>> {
  const { doubt, idempotencyWindowMs } = provider.capabilities;
  const young = payments.filter(
    ({ status, attempt_created_at }) =>
      status === 'UNKNOWN' && Date.now() - attempt_created_at.getTime() < idempotencyWindowMs,
  );
  if (doubt !== 'resend' || young.length === 0) return new Map();
  const [currency = ''] = young.map((payment) => payment.currency);
  const { granted } = await provider.reserve(young.length, currency);
  const chosen = young.slice(0, granted);
  if (chosen.length === 0) return new Map();
  const startedMs = performance.now();
  const kept = await keptRequests(
    db,
    chosen.map(({ id, generation }) => ({ paymentId: id, generation })),
  );
  const sealed = new Map(
    kept.map(({ payment_id, request_sealed }) => [payment_id, request_sealed]),
  );
  const requests = chosen.flatMap((payment): PreparedPayment[] => {
    const { reference, accountRef, amountMinor, groupId } = toLookupOrder(payment);
    const text = sealed.get(payment.id);
    const body = text === undefined ? null : openOrNull(vault, reference, text);
    // Bytes that cannot be opened are not written anew: a person must tell then.
    return body === null
      ? []
      : [{ reference, accountRef, amountMinor, currency: payment.currency, groupId, body }];
  });
  if (requests.length === 0) return new Map();
  return provider.submit(requests, { sendBeforeMs: startedMs + SEND_WINDOW_MS });
}
