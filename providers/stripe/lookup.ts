import type { LookupResult } from '../../domain/outcome.ts';
import type { LookupOrder } from '../port.ts';
import type { Ask } from './client.ts';
import type { StripeMethod } from './money.ts';
import { toldOutcome } from './outcomes.ts';
import { readList, type PageCall } from './pages.ts';
import { readPayout, readTransfer, referenceIn, type Told } from './wire.ts';

/** How a payment is looked for: with which calls, and which mode its answers must tell. */
export interface Finder {
  ask: Ask;
  method: StripeMethod;
  live: boolean;
}

/** A group has the payments of one chunk, in each of their generations. */
const GROUP_ROWS_MAX = 10_000;
const PAYOUT_ROWS_MAX = 2_000;
/** Clocks differ; and a key may make its payout until it is no longer sent. */
const CLOCKS_APART_SECONDS = 3_600;
const KEY_SECONDS = 24 * 3_600;

/** Reads an object of the method in use; null where it is none of ours. */
export const readTold = (method: StripeMethod, value: unknown): Told | null =>
  method === 'transfer' ? readTransfer(value) : readPayout(value);

/** Looks payments up by our reference: transfers in the list of their group, payouts by account. */
export async function lookup(
  finder: Finder,
  payments: readonly LookupOrder[],
): Promise<Map<string, LookupResult>> {
  const lists =
    finder.method === 'transfer' ? [...groupsOf(payments).values()] : payments.map((one) => [one]);
  const found = await Promise.all(lists.map((orders) => lookupTogether(finder, orders)));
  return new Map(found.flat());
}

function groupsOf(payments: readonly LookupOrder[]): Map<string, LookupOrder[]> {
  const groups = new Map<string, LookupOrder[]>();
  for (const payment of payments) {
    const group = groups.get(payment.groupId);
    if (group) group.push(payment);
    else groups.set(payment.groupId, [payment]);
  }
  return groups;
}

type Found = [reference: string, result: LookupResult];

/** One call where the only payment's id is known; else the list in which they all are. */
async function lookupTogether(finder: Finder, orders: readonly LookupOrder[]): Promise<Found[]> {
  const [only] = orders;
  if (only && orders.length === 1 && only.providerPaymentId) {
    const known = await lookupById(finder, only, only.providerPaymentId);
    if (known) return [[only.reference, known]];
  }
  const { rows, trouble } = await listFor(finder, orders);
  return orders.map((order) => {
    const result = resultIn(rows, order, finder);
    const isOpen = result.kind === 'ABSENT' && trouble !== null;
    return [order.reference, isOpen ? { kind: 'AMBIGUOUS', code: 'lookup_failed' } : result];
  });
}

/** Null where Stripe has no object of that id, so that it is looked for in the list. */
async function lookupById(
  { ask, method, live }: Finder,
  order: LookupOrder,
  id: string,
): Promise<LookupResult | null> {
  const answer = await ask((stripe) =>
    method === 'transfer'
      ? stripe.transfers.retrieve(id)
      : stripe.payouts.retrieve(id, {}, { stripeAccount: order.accountRef }),
  );
  if (answer.kind === 'ok') return toldOutcome(readTold(method, answer.value), order, live);
  const isMissing = answer.kind === 'error' && answer.error.status === 404;
  return isMissing ? null : { kind: 'AMBIGUOUS', code: 'lookup_failed' };
}

async function listFor({ ask, method }: Finder, orders: readonly LookupOrder[]) {
  const [first] = orders;
  if (!first) return { rows: [], trouble: null };
  if (method === 'payout') return readList(ask, payoutsAround(first), PAYOUT_ROWS_MAX);
  const call: PageCall = (stripe, page) =>
    stripe.transfers.list({ transfer_group: first.groupId, ...page });
  return readList(ask, call, GROUP_ROWS_MAX);
}

/** Payouts carry no group: those of the account, in the time in which this one can have been made. */
function payoutsAround({ accountRef, sentAt }: LookupOrder): PageCall {
  const sentSeconds = sentAt && Math.floor(sentAt.getTime() / 1_000);
  const window = sentSeconds && {
    created: {
      gte: sentSeconds - CLOCKS_APART_SECONDS,
      lt: sentSeconds + KEY_SECONDS + CLOCKS_APART_SECONDS,
    },
  };
  return (stripe, page) =>
    stripe.payouts.list({ ...window, ...page }, { stripeAccount: accountRef });
}

function resultIn(rows: readonly unknown[], order: LookupOrder, finder: Finder): LookupResult {
  const ours = rows.filter((row) => referenceIn(row) === order.reference);
  const ids = new Set(ours.map((row) => (isObject(row) ? Reflect.get(row, 'id') : null)));
  if (ids.size > 1) return { kind: 'AMBIGUOUS', code: 'two_transfers_for_one_reference' };
  const [one] = ours;
  if (one === undefined) return { kind: 'ABSENT' };
  return toldOutcome(readTold(finder.method, one), order, finder.live);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
