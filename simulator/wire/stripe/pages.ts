import type { Ledger } from '../../ledger.ts';
import type { Transfer } from '../../state.ts';
import { Refusal } from './errors.ts';
import { detailsOf, PROVIDER, secondsOf } from './objects.ts';
import type { Params } from './params.ts';

const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 100;

type Shelf = {
  read: number;
  readonly transfers: Transfer[];
  readonly byGroup: Map<string, Transfer[]>;
  readonly payoutsByAccount: Map<string, Transfer[]>;
};

// By the ledger's own list, which is another one after a reset.
const shelves = new WeakMap<readonly Transfer[], Shelf>();

/** Stripe's objects in the ledger by what they are looked up by, each list oldest first. */
export function shelfOf({ transfers }: Ledger): Omit<Shelf, 'read'> {
  let shelf = shelves.get(transfers);
  if (shelf === undefined) {
    shelf = { read: 0, transfers: [], byGroup: new Map(), payoutsByAccount: new Map() };
    shelves.set(transfers, shelf);
  }
  for (; shelf.read < transfers.length; shelf.read += 1) {
    const transfer = transfers[shelf.read];
    if (transfer?.provider === PROVIDER) put(shelf, transfer);
  }
  return shelf;
}

function put(shelf: Shelf, transfer: Transfer): void {
  const { object, account = '', group } = detailsOf(transfer);
  if (object === 'payout') {
    add(shelf.payoutsByAccount, account, transfer);
    return;
  }
  shelf.transfers.push(transfer);
  if (group !== undefined) add(shelf.byGroup, group, transfer);
}

function add(lists: Map<string, Transfer[]>, name: string, transfer: Transfer): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [transfer]);
  else list.push(transfer);
}

/** The parameters that every list takes. */
export const PAGE_PARAMS = ['limit', 'starting_after', 'ending_before', 'created'];

export type Page = { readonly rows: readonly Transfer[]; readonly hasMore: boolean };

/**
 * One page of a list that is oldest first, newest first as Stripe gives it. Throws `Refusal` where
 * the page begins at something that is not there; `find` gives the object of an id.
 */
export function pageOf(
  list: readonly Transfer[],
  params: Params,
  find: (id: string) => Transfer | undefined,
  fits: (transfer: Transfer) => boolean = () => true,
): Page {
  const limit = params.integer('limit', 1, LIMIT_MAX) ?? LIMIT_DEFAULT;
  let low = firstWhere(list, ({ createdAtMs }) => secondsOf(createdAtMs) >= sinceOf(params));
  let high = firstWhere(list, ({ createdAtMs }) => secondsOf(createdAtMs) > untilOf(params));
  const after = cursor('starting_after', params, find);
  const before = cursor('ending_before', params, find);
  if (after !== undefined)
    high = Math.min(
      high,
      firstWhere(list, ({ seq }) => seq >= after.seq),
    );
  if (before !== undefined)
    low = Math.max(
      low,
      firstWhere(list, ({ seq }) => seq > before.seq),
    );
  const rows: Transfer[] = [];
  // Of what is newer than an object, the nearest come first, but a page still shows the newest on top.
  const isUpward = before !== undefined;
  for (let step = 0; step < high - low; step += 1) {
    const transfer = list[isUpward ? low + step : high - 1 - step];
    if (transfer === undefined || !fits(transfer)) continue;
    if (rows.length === limit) {
      return { rows: isUpward ? rows.toReversed() : rows, hasMore: true };
    }
    rows.push(transfer);
  }
  return { rows: isUpward ? rows.toReversed() : rows, hasMore: false };
}

function cursor(
  name: string,
  params: Params,
  find: (id: string) => Transfer | undefined,
): Transfer | undefined {
  const id = params.text(name);
  if (id === undefined) return undefined;
  const found = find(id);
  if (found !== undefined) return found;
  const message = `No such object: '${id}'`;
  throw new Refusal({ status: 400, code: 'resource_missing', message, param: name });
}

function sinceOf(params: Params): number {
  const exact = secondsIn(params, 'created');
  const from = secondsIn(params, 'created[gte]') ?? 0;
  const after = secondsIn(params, 'created[gt]');
  return exact ?? Math.max(from, after === undefined ? 0 : after + 1);
}

function untilOf(params: Params): number {
  const exact = secondsIn(params, 'created');
  const until = secondsIn(params, 'created[lte]') ?? Infinity;
  const before = secondsIn(params, 'created[lt]');
  return exact ?? Math.min(until, before === undefined ? Infinity : before - 1);
}

function secondsIn(params: Params, name: string): number | undefined {
  return params.integer(name, 0, 99_999_999_999);
}

/** The place of the first for which `test` holds, where it holds for all after that too. */
function firstWhere(list: readonly Transfer[], test: (transfer: Transfer) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const transfer = list[middle];
    if (transfer !== undefined && test(transfer)) high = middle;
    else low = middle + 1;
  }
  return low;
}
