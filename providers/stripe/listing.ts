import type { Stripe } from 'stripe';
import type { Transfer } from '../port.ts';
import { unreadable, type Ask } from './client.ts';
import { readTold, type Finder } from './lookup.ts';
import { PAGE_ROWS, readRows, type PageCall } from './pages.ts';
import { referenceIn, type Told } from './wire.ts';

/** Rows that are held in memory at once, unless more were made within one second. */
const WINDOW_ROWS_MAX = 10_000;
const ACCOUNTS_MAX = 100_000;

/** A span of whole seconds, the last one excluded. */
interface Span {
  start: number;
  end: number;
}

/**
 * All transfers, or payouts, of ours created in [from, to), oldest first. Stripe lists the newest
 * first, so a span is read whole and turned round; one that has too many rows is read again in
 * halves. What carries no reference of ours was made by others on the same platform and is left out.
 */
export async function* listOldestFirst(
  finder: Finder,
  from: Date,
  to: Date,
): AsyncGenerator<Transfer> {
  const accounts = finder.method === 'payout' ? await connectedAccounts(finder.ask) : [undefined];
  const end = toSecond(to);
  let step = end - toSecond(from);
  for (let start = toSecond(from); start < end;) {
    const span = { start, end: Math.min(start + step, end) };
    const rowsMax = step > 1 ? WINDOW_ROWS_MAX : Infinity;
    const rows = await readSpan(finder, accounts, span, rowsMax);
    if (rows === null) {
      step = Math.ceil(step / 2);
      continue;
    }
    yield* rows;
    start = span.end;
    if (rows.length < WINDOW_ROWS_MAX / 4) step *= 2;
  }
}

/** `created` has whole seconds: those at or after the instant. */
const toSecond = (at: Date): number => Math.ceil(at.getTime() / 1_000);

/** The rows of a span, oldest first; null where they are too many. */
async function readSpan(
  { ask, method }: Finder,
  accounts: readonly (string | undefined)[],
  { start, end }: Span,
  rowsMax: number,
): Promise<Transfer[] | null> {
  const created = { gte: start, lt: end };
  const transfers: Transfer[] = [];
  for (const account of accounts) {
    const call: PageCall = (stripe, page) =>
      account === undefined
        ? stripe.transfers.list({ created, ...page })
        : stripe.payouts.list({ created, ...page }, { stripeAccount: account });
    const rows = await readRows(ask, call, rowsMax);
    if (rows === null) return null;
    for (const row of rows.toReversed()) {
      if (referenceIn(row) === null) continue;
      const told = readTold(method, row);
      if (told === null) throw unreadable();
      transfers.push(transferOf(told));
    }
    if (transfers.length > rowsMax) return null;
  }
  return transfers.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

const transferOf = ({ id, ...told }: Told): Transfer => ({
  providerPaymentId: id,
  reference: told.reference,
  amountMinor: told.amountMinor,
  currency: told.currency,
  outcome: told.outcome,
  createdAt: told.createdAt,
});

/** Payouts are listed by account: each connected one is asked for each span. */
async function connectedAccounts(ask: Ask): Promise<string[]> {
  const call = (stripe: Stripe, page: Stripe.PaginationParams) => stripe.accounts.list(page);
  const rows = await readRows(ask, call, ACCOUNTS_MAX - PAGE_ROWS);
  if (rows === null) throw unreadable();
  return rows.flatMap((row) => {
    const id: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, 'id') : null;
    return typeof id === 'string' ? [id] : [];
  });
}
