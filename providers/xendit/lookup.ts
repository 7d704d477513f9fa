import type { LookupResult } from '../../domain/outcome.ts';
import type { CallResult } from '../http.ts';
import type { LookupOrder } from '../port.ts';
import type { XenditClient } from './client.ts';
import { readExactly } from './exact-json.ts';
import { payoutOutcome } from './outcomes.ts';
import {
  errorSchema,
  payoutListSchema,
  payoutSchema,
  transactionsSchema,
  versionOfId,
} from './wire.ts';
import { urlPart } from '../url-part.ts';

/** All look-ups of one round are sent within this time; with the wait for an answer it stays below the heartbeats of the activities. */
const ROUND_MS = 12_000;

const ambiguous = (code: string): LookupResult => ({ kind: 'AMBIGUOUS', code });

/**
 * Looks payments up, as far as the budget reaches; the others are AMBIGUOUS. v2 is searched by our
 * reference; for v3, which documents no such search, the movements of the balance are.
 */
export async function lookUpAll(
  clientOf: (currency: string) => XenditClient | undefined,
  orders: readonly LookupOrder[],
): Promise<Map<string, LookupResult>> {
  const untilMs = performance.now() + ROUND_MS;
  const found = new Map<string, LookupResult>();
  const running: Promise<unknown>[] = [];
  // Another start each time, so that a short budget does not serve the same few again and again.
  const start = Math.floor(Math.random() * orders.length);
  for (const order of [...orders.slice(start), ...orders.slice(0, start)]) {
    const client = clientOf(order.currency);
    const answer = (result: LookupResult) => found.set(order.reference, result);
    if (!client) answer(ambiguous('currency_not_configured'));
    else if (!(await client.lookups.turn(Math.max(0, untilMs - performance.now())))) {
      answer(ambiguous('lookup_rate_limited'));
    } else running.push(lookUp(client, order, untilMs).then(answer));
  }
  await Promise.all(running);
  return found;
}

/** One look-up: by the provider's id where it is known, else by reference. Never throws. */
export async function lookUp(
  client: XenditClient,
  order: LookupOrder,
  sendBeforeMs = Infinity,
): Promise<LookupResult> {
  const get = (path: string) => client.call(client.lookups, { method: 'GET', path, sendBeforeMs });
  const { providerPaymentId: id, reference } = order;
  const search = async (): Promise<LookupResult> =>
    client.version === 'v3'
      ? searchMovements(client, order, sendBeforeMs)
      : searched(await get(`/v2/payouts?reference_id=${urlPart(reference)}`), order);
  if (!id) return search();
  const version = versionOfId(id, client.version);
  const result = await get(`/${version}/payouts/${urlPart(id)}`);
  if (result.kind === 'answered' && result.status === 200) {
    const payout = readExactly(payoutSchema(version), result.text);
    if (!payout) return ambiguous('lookup_failed');
    return payout.id === id ? payoutOutcome(payout, order) : ambiguous('answer_mismatch');
  }
  if (!isNotFound(result)) return ambiguous('lookup_failed');
  // Xendit told this id before: it may have been a wrong one, and that it is gone proves nothing.
  const other = await search();
  return other.kind === 'ABSENT' ? ambiguous('known_id_not_found') : other;
}

/**
 * Finds a payout of v3 by our reference among the movements of the balance, and reads it then. That
 * there is no movement proves nothing, since it is not documented when one appears.
 */
async function searchMovements(
  client: XenditClient,
  order: LookupOrder,
  sendBeforeMs: number,
): Promise<LookupResult> {
  const query = new URLSearchParams({
    types: 'DISBURSEMENT',
    currency: client.currency,
    reference_id: order.reference,
    limit: '2',
  });
  const path = `/transactions?${query.toString()}`;
  const result = await client.call(client.movements, { method: 'GET', path, sendBeforeMs });
  const page =
    result.kind === 'answered' && result.status === 200
      ? readExactly(transactionsSchema, result.text)
      : null;
  if (!page) return ambiguous('lookup_failed');
  const [movement, another] = page.data.filter((each) => each.reference_id === order.reference);
  if (another) return ambiguous('two_transfers_for_one_reference');
  if (!movement || movement.product_id === order.providerPaymentId) {
    return ambiguous('not_searchable');
  }
  return lookUp(client, { ...order, providerPaymentId: movement.product_id }, sendBeforeMs);
}

function searched(result: CallResult, order: LookupOrder): LookupResult {
  if (isNotFound(result)) return { kind: 'ABSENT' };
  const page =
    result.kind === 'answered' && result.status === 200
      ? readExactly(payoutListSchema, result.text)
      : null;
  if (!page) return ambiguous('lookup_failed');
  const [payout, another] = page.data.filter(({ reference }) => reference === order.reference);
  if (another) return ambiguous('two_transfers_for_one_reference');
  if (payout) return payoutOutcome(payout, order);
  // A page of strangers, and more to come: the search did not do what it is documented to do.
  return page.data.length > 0 || page.hasMore ? ambiguous('answer_mismatch') : { kind: 'ABSENT' };
}

const isNotFound = (result: CallResult): boolean =>
  result.kind === 'answered' &&
  result.status === 404 &&
  readExactly(errorSchema, result.text)?.error_code === 'DATA_NOT_FOUND';
