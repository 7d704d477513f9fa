import type { Stripe } from 'stripe';
import { problemOf, unreadable, type Ask, type StripeAnswer } from './client.ts';
import { listSchema } from './wire.ts';

/** Asks for a page of a list, the rows after one of an id. */
export type PageCall = (stripe: Stripe, page: Stripe.PaginationParams) => Promise<unknown>;

const PAGE_ROWS = 100;

/** Why a list could not be read to its end. */
export type ListTrouble =
  Exclude<StripeAnswer, { kind: 'ok' }> | { kind: 'too_long' } | { kind: 'no_list' };

/**
 * Reads a list to its end, newest first, as Stripe has it; at most so many rows. What was made while
 * it was read comes before the first row and is not in it.
 */
export async function readList(
  ask: Ask,
  call: PageCall,
  rowsMax: number,
): Promise<{ rows: unknown[]; trouble: ListTrouble | null }> {
  const rows: { id: string }[] = [];
  for (;;) {
    const after = rows.at(-1)?.id;
    const page = { limit: PAGE_ROWS, ...(after === undefined ? {} : { starting_after: after }) };
    const answer = await ask((stripe) => call(stripe, page));
    if (answer.kind !== 'ok') return { rows, trouble: answer };
    const parsed = listSchema.safeParse(answer.value);
    if (!parsed.success) return { rows, trouble: { kind: 'no_list' } };
    rows.push(...parsed.data.data);
    if (!parsed.data.has_more) return { rows, trouble: null };
    // A page that is not the last and has no rows would be asked for for ever.
    if (parsed.data.data.length === 0) return { rows, trouble: { kind: 'no_list' } };
    if (rows.length >= rowsMax) return { rows, trouble: { kind: 'too_long' } };
  }
}

/** The same outside a payment: throws `ProviderError` where the list cannot be read. */
export async function readRows(
  ask: Ask,
  call: PageCall,
  rowsMax: number,
): Promise<{ rows: unknown[]; isWhole: boolean }> {
  const { rows, trouble } = await readList(ask, call, rowsMax);
  if (trouble === null) return { rows, isWhole: true };
  if (trouble.kind === 'too_long') return { rows, isWhole: false };
  throw trouble.kind === 'no_list' ? unreadable() : problemOf(trouble);
}
