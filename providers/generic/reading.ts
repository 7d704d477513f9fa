import { parseDecimal } from '../../domain/money.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { failedOutcome, toFailure, type FailureTable } from '../taxonomy.ts';
import type { Description } from './description.ts';

/** A payment as the payer tells it, read and not yet believed. */
export interface ToldPayment {
  id: string;
  reference: string;
  amountMinor: bigint;
  currency: string;
  status: string;
  failure: string | null;
  createdAt: Date | null;
}

/** What a payment is compared with: one that is not what we ordered is never taken for ours. */
interface Ordered {
  reference: string;
  amountMinor: bigint;
  currency: string;
}

/**
 * Parses JSON with its numbers kept as the text they were written as, so that an amount in it stays
 * exact. Undefined where it is no JSON.
 */
export function parseExactly(text: string): unknown {
  try {
    // Quoting bare numbers outside strings keeps their digits; strings are matched first and kept.
    const quoted = text.replaceAll(
      /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
      (token) => (token.startsWith('"') ? token : `"${token}"`),
    );
    JSON.parse(text);
    return JSON.parse(quoted);
  } catch {
    return undefined;
  }
}

/** What stands at a JSON pointer; undefined where nothing does. */
export function at(document: unknown, pointer: string): unknown {
  if (pointer === '') return document;
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((here, step) => {
      if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
      return Reflect.get(here, step);
    }, document);
}

/** The text at a pointer; null for anything else. */
export function textAt(document: unknown, pointer: string | undefined): string | null {
  const value = pointer === undefined ? undefined : at(document, pointer);
  return typeof value === 'string' && value.length > 0 && value.length <= 500 ? value : null;
}

/** An amount as the payer writes it, in minor units; null where it is none. */
export function readAmount(
  text: string | null,
  currency: string,
  amounts: Description['amounts'],
): bigint | null {
  if (text === null) return null;
  if (amounts === 'minor') return /^-?\d{1,20}$/.test(text) ? BigInt(text) : null;
  const parsed = parseDecimal(text, currency);
  return parsed.ok ? parsed.amountMinor : null;
}

/** Reads a payment out of a document; null where one of its parts is missing. */
export function readPayment(document: unknown, of: Description): ToldPayment | null {
  const { payment } = of;
  const id = textAt(document, payment.id);
  const reference = textAt(document, payment.reference);
  const currency = textAt(document, payment.currency);
  const status = textAt(document, payment.status);
  if (id === null || reference === null || currency === null || status === null) return null;
  if (!of.currencies.includes(currency)) return null;
  const amountMinor = readAmount(textAt(document, payment.amount), currency, of.amounts);
  if (amountMinor === null) return null;
  const createdAt = new Date(textAt(document, payment.createdAt) ?? Number.NaN);
  return {
    id,
    reference,
    amountMinor,
    currency,
    status,
    failure: textAt(document, payment.failure),
    createdAt: Number.isNaN(createdAt.getTime()) ? null : createdAt,
  };
}

/** A told payment as an outcome of the order that it is said to answer. */
export function paymentOutcome(told: ToldPayment, ordered: Ordered, of: Description): Outcome {
  const matches =
    told.reference === ordered.reference &&
    told.amountMinor === ordered.amountMinor &&
    told.currency === ordered.currency;
  if (!matches) return { kind: 'AMBIGUOUS', code: 'answer_mismatch' };
  const { statuses } = of;
  const table: FailureTable = of.failures;
  const providerPaymentId = told.id;
  if (statuses.accepted.includes(told.status)) return { kind: 'ACCEPTED', providerPaymentId };
  if (statuses.settled.includes(told.status)) return { kind: 'SETTLED', providerPaymentId };
  if (statuses.failed.includes(told.status) || statuses.cancelled.includes(told.status))
    return failedOutcome(table, told.failure ?? told.status, providerPaymentId);
  if (statuses.returned.includes(told.status)) {
    const failure = toFailure(table, told.failure ?? told.status);
    return { kind: 'RETURNED', failure, providerPaymentId };
  }
  return { kind: 'AMBIGUOUS', code: 'unknown_status' };
}
