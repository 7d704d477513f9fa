import { z } from 'zod';
import type { Db } from '../../client.ts';
import { startStatement } from '../judged-payees.ts';
import type { Bind } from '../payout-table.ts';
import { sumColumn } from '../preview.ts';
import { figureColumns, figuresOf, keysOf, type AffiliatesAsked } from './affiliate-figures.ts';

export const AFFILIATE_SORTS = ['id', 'name', 'paid', 'earned'] as const;
export type AffiliateSort = (typeof AFFILIATE_SORTS)[number];

/** Adding all affiliates up reads every payment, or earning, once. */
const IN_FULL_DEADLINE_MS = 60_000;
/** Rows that are looked up at once for those of them that have nothing. */
const LOOKED_UP_MAX = 1_000;

const payeeRow = z.object({
  id: z.string(),
  external_id: z.string(),
  full_name: z.string(),
  currency: z.string(),
});
const figureRow = z.object({ payee_id: z.string(), ...figureColumns });
const keyRow = payeeRow.extend({ key: sumColumn });

/** The figures of one affiliate in one currency. */
export type AffiliateFigures = z.infer<typeof payeeRow> &
  Omit<z.infer<typeof figureRow>, 'payee_id'>;

/** Where a page begins: behind this row. */
export interface AffiliatePlace {
  id: string;
  currency: string;
  /** The name, or the amount in decimal text, by which the list is sorted. */
  key: string;
}

export interface AffiliatePage {
  sort: AffiliateSort;
  after?: AffiliatePlace | undefined;
  limit: number;
}

/**
 * Affiliates with their figures, a row for each currency in which they have any, at least one: in the
 * currency that is asked for, else their own. By id or name only those of the page are looked up; by
 * paid or earned, the largest of each currency first and those with nothing last, that amount is added up
 * for all before.
 */
export const listAffiliateFigures = (
  db: Db,
  asked: AffiliatesAsked,
  page: AffiliatePage,
): Promise<AffiliateFigures[]> =>
  page.sort === 'id' || page.sort === 'name'
    ? lookedUp(db, asked, page)
    : byAmount(db, asked, { ...page, sort: page.sort });

/** What the list is sorted by, as a place names it. */
export function placeOf(row: AffiliateFigures, sort: AffiliateSort): AffiliatePlace {
  const { id, currency } = row;
  const keys = {
    id: '',
    name: row.full_name,
    paid: row.paid_minor.toString(),
    earned: row.earned_minor.toString(),
  };
  return { id, currency, key: keys[sort] };
}

async function lookedUp(
  db: Db,
  asked: AffiliatesAsked,
  page: AffiliatePage,
): Promise<AffiliateFigures[]> {
  const payees = await payeesOf(db, asked, page);
  if (payees.length === 0) return [];
  const figures = await figuresOfPayees(
    db,
    asked,
    payees.map(({ id }) => id),
  );
  const byPayee = new Map<string, typeof figures>();
  for (const each of figures) {
    byPayee.set(each.payee_id, [...(byPayee.get(each.payee_id) ?? []), each]);
  }
  const rows = payees.flatMap((payee) => {
    const own = (byPayee.get(payee.id) ?? []).toSorted(byCurrency);
    const nothing = { ...NOTHING, currency: asked.filter.currency ?? payee.currency };
    return (own.length > 0 ? own : [nothing]).map((each) => ({ ...payee, ...each }));
  });
  const { after } = page;
  return rows
    .filter(({ id, currency }) => id !== after?.id || currency > after.currency)
    .slice(0, page.limit);
}

function figuresOfPayees(db: Db, asked: AffiliatesAsked, ids: readonly string[]) {
  const { values, bind } = startStatement();
  return db.run(figureRow, figuresOf(asked, ids, bind), values);
}

const byCurrency = (a: { currency: string }, b: { currency: string }): number =>
  a.currency < b.currency ? -1 : Number(a.currency > b.currency);

const NOTHING = {
  earned_minor: 0n,
  paid_minor: 0n,
  paid_before_minor: 0n,
  pending_minor: 0n,
  conversion_minor: 0n,
  paid_payments: 0,
  completed: 0,
  failed: 0,
  returned: 0,
  conversions: 0,
  last_paid_at: null,
};

/**
 * The payees of a page, beginning with the one at which the page before ended: it may have further
 * currencies. Each other one has a row at least.
 */
function payeesOf(db: Db, asked: AffiliatesAsked, { sort, after, limit }: AffiliatePage) {
  const { values, bind } = startStatement();
  const place = (given: AffiliatePlace) =>
    sort === 'id'
      ? `y.id >= ${bind(given.id, 'text')}`
      : `(y.full_name, y.id) >= (${bind(given.key, 'text')}, ${bind(given.id, 'text')})`;
  return db.run(
    payeeRow,
    `select y.id, y.external_id, y.full_name, y.currency from payees y
     where ${[...chosen(asked, bind), ...(after ? [place(after)] : [])].join(' and ')}
     order by ${sort === 'id' ? 'y.id' : 'y.full_name, y.id'} limit ${bind(limit + 1, 'int')}`,
    values,
  );
}

/** The conditions on a payee `y`. */
function chosen({ filter, q }: AffiliatesAsked, bind: Bind): string[] {
  const conditions = ['true'];
  if (filter.payeeIds) conditions.push(`y.id = any(${bind([...filter.payeeIds], 'text[]')})`);
  if (q !== undefined) {
    const words = bind(`%${q.replaceAll(/[\\%_]/g, '\\$&')}%`, 'text');
    conditions.push(
      `(y.full_name ilike ${words} or y.email ilike ${words} or y.external_id ilike ${words})`,
    );
  }
  return conditions;
}

type PageByAmount = AffiliatePage & { sort: 'paid' | 'earned' };

/** The key of those with nothing. */
const NOTHING_KEY = '0';

/** Those of the page that have an amount, by that; and behind them, where there is room, those that have none. */
async function byAmount(
  db: Db,
  asked: AffiliatesAsked,
  page: PageByAmount,
): Promise<AffiliateFigures[]> {
  const { after, limit } = page;
  const inNothing = after?.key === NOTHING_KEY;
  const largest = inNothing || limit === 0 ? [] : await largestOf(db, asked, page);
  if (largest.length === limit) return largest;
  const rest = { ...page, after: inNothing ? after : undefined, limit: limit - largest.length };
  return [...largest, ...(await withNothing(db, asked, rest))];
}

/** What the rows are sorted by is as it was when they were: they are looked up a moment later. */
async function largestOf(db: Db, asked: AffiliatesAsked, page: PageByAmount) {
  const places = await placesOf(db, asked, page);
  if (places.length === 0) return [];
  const ids = [...new Set(places.map(({ id }) => id))];
  const found = await figuresOfPayees(db, asked, ids);
  const byPlace = new Map(found.map((each) => [`${each.payee_id} ${each.currency}`, each]));
  return places.map(({ key, ...place }) => {
    const figures = byPlace.get(`${place.id} ${place.currency}`) ?? NOTHING;
    const sorted = page.sort === 'paid' ? { paid_minor: key } : { earned_minor: key };
    return { ...figures, ...place, ...sorted };
  });
}

function placesOf(db: Db, asked: AffiliatesAsked, { sort, after, limit }: PageByAmount) {
  const { values, bind } = startStatement();
  const keys = keysOf(asked, sort, asked.filter.payeeIds ?? null, bind);
  const place = (given: AffiliatePlace) => {
    const [currency, amount] = [bind(given.currency, 'text'), bind(given.key, 'numeric')];
    return `k.currency >= ${currency} and (k.currency > ${currency}
      or k.key < ${amount} or k.key = ${amount} and k.payee_id > ${bind(given.id, 'text')})`;
  };
  const named =
    asked.q === undefined
      ? 'true'
      : `k.payee_id in (select y.id from payees y where ${chosen(asked, bind).join(' and ')})`;
  return db.run(
    keyRow,
    `select y.id, y.external_id, y.full_name, k.currency, k.key
     from (
       select * from (${keys}) k
       where ${after ? place(after) : 'true'} and ${named}
       order by k.currency, k.key desc, k.payee_id limit ${bind(limit, 'int')}
     ) k
     join payees y on y.id = k.payee_id
     order by k.currency, k.key desc, k.payee_id`,
    values,
    { deadlineMs: IN_FULL_DEADLINE_MS },
  );
}

/** Those with nothing are in the order of their ids: payees are looked up until enough of them have none. */
async function withNothing(
  db: Db,
  asked: AffiliatesAsked,
  { sort, after, limit }: PageByAmount,
): Promise<AffiliateFigures[]> {
  const found: AffiliateFigures[] = [];
  let place = after;
  for (let size = limit; ; size = Math.min(2 * size, LOOKED_UP_MAX)) {
    const rows = await lookedUp(db, asked, { sort: 'id', after: place, limit: size });
    found.push(...rows.filter((row) => placeOf(row, sort).key === NOTHING_KEY));
    const last = rows.at(-1);
    if (found.length >= limit || rows.length < size || !last) return found.slice(0, limit);
    place = placeOf(last, 'id');
  }
}
