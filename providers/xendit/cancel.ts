import { refusal, unreachable } from '../http.ts';
import { ProviderError, type LookupOrder } from '../port.ts';
import { unreadable, type XenditClient } from './client.ts';
import { readExactly } from './exact-json.ts';
import { lookUp } from './lookup.ts';
import { errorSchema, payoutSchema, versionOfId } from './wire.ts';
import { urlPart } from '../url-part.ts';

/**
 * Asks Xendit to cancel; false where it is too late. v2 cancels what is ACCEPTED; v3 also what is
 * ROUTING or in a compliance review, and refuses the rest with a 403 of its own kind. Throws
 * `ProviderError`.
 */
export async function cancelPayout(client: XenditClient, order: LookupOrder): Promise<boolean> {
  const id = order.providerPaymentId ?? (await idOf(client, order));
  if (id === null) return false;
  const version = versionOfId(id, client.version);
  const result = await client.call(null, {
    method: 'POST',
    path: `/${version}/payouts/${urlPart(id)}/cancel`,
    body: '{}',
  });
  if (result.kind !== 'answered') throw unreachable();
  if (result.status === 200) {
    const payout = readExactly(payoutSchema(version), result.text);
    if (!payout || payout.id !== id) throw unreadable();
    return payout.status === 'CANCELLED';
  }
  const word = readExactly(errorSchema, result.text)?.error_code;
  const isRefused = result.status >= 400 && result.status < 500 && result.status !== 429;
  if (word === undefined || !isRefused) throw refusal(result.status);
  if (result.status === 401 || word === 'REQUEST_FORBIDDEN_ERROR') throw refusal(result.status);
  return false;
}

/** The id of what Xendit holds for our reference; null where it holds nothing that could be cancelled. */
async function idOf(client: XenditClient, order: LookupOrder): Promise<string | null> {
  if (client.version === 'v3') {
    throw new ProviderError(
      'unsupported',
      'Xendit v3 cancels by its own id, which is not known yet',
    );
  }
  const found = await lookUp(client, order);
  if (found.kind === 'ACCEPTED') return found.providerPaymentId;
  if (found.kind === 'AMBIGUOUS') throw unreachable();
  return null;
}
