import type { Stripe } from 'stripe';
import { z } from 'zod';
import { ProviderError, type Transfer } from '../port.ts';
import { unreadable, type Ask } from './client.ts';
import { readTold, type Finder } from './lookup.ts';
import type { StripeMethod } from './money.ts';
import { readRows, type PageCall } from './pages.ts';
import { referenceIn, type Told } from './wire.ts';

/** Rows that are held in memory at once, unless more were made within one second. */
const ROWS_MAX = 5_000;
const ACCOUNTS_MAX = 100_000;

/** A span of whole seconds, the last one excluded. */
interface Span {
  start: number;
  end: number;
}

/** The rows of a span, oldest first; or a second within it that parts it into what can be held. */
type SpanRead = { kind: 'read'; transfers: Transfer[] } | { kind: 'too_long'; partAt: number };

/**
 * All transfers, or payouts, of ours created in [from, to), oldest first. Stripe lists the newest
 * first, so a span is read whole and turned round. One with too many rows is parted where the rows
 * that were read ended, and its older part comes first: at most, every row is read twice. What
 * carries no reference of ours was made by others on the same platform and is left out.
 */
export async function* listOldestFirst(
  finder: Finder,
  from: Date,
  to: Date,
): AsyncGenerator<Transfer> {
  const accounts = finder.method === 'payout' ? await connectedAccounts(finder.ask) : [undefined];
  const ends = [toSecond(to)];
  let start = toSecond(from);
  for (let end = ends.at(-1); end !== undefined; end = ends.at(-1)) {
    if (end > start) {
      const read = await readSpan(finder, accounts, { start, end });
      if (read.kind === 'too_long') {
        ends.push(Math.min(Math.max(read.partAt, start + 1), end - 1));
        continue;
      }
      yield* read.transfers;
      start = end;
    }
    ends.pop();
  }
}

/** `created` has whole seconds: those at or after the instant. */
const toSecond = (at: Date): number => Math.ceil(at.getTime() / 1_000);

async function readSpan(
  { ask, method }: Finder,
  accounts: readonly (string | undefined)[],
  { start, end }: Span,
): Promise<SpanRead> {
  const created = { gte: start, lt: end };
  const rowsMax = end - start > 1 ? ROWS_MAX : Infinity;
  const transfers: Transfer[] = [];
  for (const account of accounts) {
    const call: PageCall = (stripe, page) =>
      account === undefined
        ? stripe.transfers.list({ created, ...page })
        : stripe.payouts.list({ created, ...page }, { stripeAccount: account });
    const { rows, isWhole } = await readRows(ask, call, rowsMax);
    // Of the second in which the oldest of them was made, others may be missing.
    if (!isWhole) return { kind: 'too_long', partAt: secondOf(rows.at(-1)) + 1 };
    transfers.push(...rows.toReversed().flatMap((row) => readRow(method, row)));
    const middle = Math.floor((start + end) / 2);
    if (transfers.length > rowsMax) return { kind: 'too_long', partAt: middle };
  }
  transfers.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return { kind: 'read', transfers };
}

function readRow(method: StripeMethod, row: unknown): Transfer[] {
  if (referenceIn(row) === null) return [];
  const told = readTold(method, row);
  if (told === null) throw unreadable();
  return [transferOf(told)];
}

const createdSchema = z.object({ created: z.int() });

function secondOf(row: unknown): number {
  const parsed = createdSchema.safeParse(row);
  if (!parsed.success) throw unreadable();
  return parsed.data.created;
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
  const { rows, isWhole } = await readRows(ask, call, ACCOUNTS_MAX);
  if (!isWhole) throw tooMany();
  return rows.flatMap((row) => {
    const id: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, 'id') : null;
    return typeof id === 'string' ? [id] : [];
  });
}

const tooMany = (): ProviderError =>
  new ProviderError('unsupported', `the platform has more than ${ACCOUNTS_MAX} connected accounts`);
