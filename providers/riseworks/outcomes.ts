import type { LookupResult, Outcome } from '../../domain/outcome.ts';
import type { CallResult } from '../http.ts';
import { failedOutcome, ruleOf } from '../taxonomy.ts';
import { RISE_FAILURES } from './failures.ts';
import { failureWord, itemSchema, type Item } from './wire.ts';

/** What an answer is compared with: a payment that is not what we ordered is never taken for ours. */
export interface Ordered {
  reference: string;
  accountRef: string;
  amountMinor: bigint;
}

/** Our reference in a text; none where the number after it might go on. */
const REFERENCE = /\bpay_[0-9a-f]{32}:\d{1,4}(?!\d)/;

/** Our reference in an invoice's description; null where there is none. */
export const referenceIn = (description: string | null | undefined): string | null =>
  REFERENCE.exec(description ?? '')?.[0] ?? null;

/** The readable ones of a list of payments, by the reference that their invoice carries. */
export function byReference(rows: readonly unknown[]): Map<string, Item[]> {
  const items = new Map<string, Item[]>();
  for (const row of rows) {
    const { data } = itemSchema.safeParse(row);
    const reference = referenceIn(data?.invoice?.invoice_description);
    if (!data || reference === null) continue;
    const same = items.get(reference) ?? [];
    if (same.every(({ payment }) => payment.nanoid !== data.payment.nanoid)) same.push(data);
    items.set(reference, same);
  }
  return items;
}

/** What Rise lists under a reference, as the outcome of the order. */
export function listedOutcome(items: readonly Item[] | undefined, ordered: Ordered): LookupResult {
  const [item, another] = items ?? [];
  if (another) return { kind: 'AMBIGUOUS', code: 'two_transfers_for_one_reference' };
  if (!item) return { kind: 'ABSENT' };
  return fits(item, ordered) ? stateOutcome(item) : { kind: 'AMBIGUOUS', code: 'answer_mismatch' };
}

const isTold = <T>(value: T | null | undefined): value is T =>
  value !== null && value !== undefined;

/** Every amount, recipient and currency that is told must be the one that was ordered. */
function fits({ recipient, invoice, payment }: Item, ordered: Ordered): boolean {
  const amounts = [payment.amount_cents, invoice?.amount_cents].filter(isTold);
  const recipients = [recipient?.nanoid, invoice?.recipient_nanoid].filter(isTold);
  const currencies = [payment.currency_symbol, invoice?.currency].filter(isTold);
  return (
    amounts.length > 0 &&
    amounts.every((amount) => amount === ordered.amountMinor) &&
    recipients.length > 0 &&
    recipients.every((nanoid) => nanoid === ordered.accountRef) &&
    currencies.every(isDollar)
  );
}

/** Payments are in dollars; the chain's dollar goes by its own name. */
const isDollar = (currency: string): boolean => ['USD', 'USDC'].includes(currency.toUpperCase());

/** A payment's state. The wire knows more words than the guide, so any other one is no verdict. */
export function stateOutcome({ payment }: Item): Outcome {
  const providerPaymentId = payment.nanoid;
  switch (payment.state.toLowerCase()) {
    case 'intent':
    case 'scheduled':
      return { kind: 'ACCEPTED', providerPaymentId };
    case 'complete':
      return { kind: 'SETTLED', providerPaymentId };
    case 'removed':
      return failedOutcome(RISE_FAILURES, 'removed', providerPaymentId);
    default:
      return { kind: 'AMBIGUOUS', code: 'unknown_status' };
  }
}

const HALT_CAUSES: Readonly<Record<string, 'funds' | 'credentials'>> = {
  insufficient_funds: 'funds',
  invalid_credentials: 'credentials',
};

/** A word that stops the batch, as its outcome; null for one that does not. */
export function haltOutcome(status: number, word: string): Outcome | null {
  const rule = ruleOf(RISE_FAILURES, word);
  if (rule.retry === 'halt') {
    const cause = HALT_CAUSES[rule.code] ?? 'forbidden';
    return { kind: 'HALT_BATCH', code: word, cause, remedy: rule.operator };
  }
  if (status !== 401 && status !== 403) return null;
  const { operator } = ruleOf(RISE_FAILURES, `http_${status}`);
  const cause = status === 401 ? 'credentials' : 'forbidden';
  return { kind: 'HALT_BATCH', code: word, cause, remedy: operator };
}

/** Surely nothing happened, for a reason that passes by itself. */
export const sameKeyLater = (
  code: string,
  retryAfterMs: number | null = null,
  burnsRetry = false,
): Outcome => ({ kind: 'RETRY_SAME_KEY', code, burnsRetry, retryAfterMs });

/** A refusal in Rise's own words. */
export interface Refusal {
  status: number;
  word: string;
  /** The answer, for the recipients that it may name. */
  text: string;
}

/** An answered call that is no success, in Rise's own words. */
export const refusalOf = ({
  status,
  text,
}: Extract<CallResult, { kind: 'answered' }>): Refusal => ({
  status,
  word: failureWord(status, text),
  text,
});

/** `Retry-After` in seconds, at most five minutes; null where it is not told. */
export function retryAfterMs(headers: Record<string, string>): number | null {
  const seconds = Number.parseInt(headers['retry-after'] ?? '', 10);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1_000, 300_000) : null;
}
