import type { LookupResult, Outcome } from '../../domain/outcome.ts';
import type { CallResult } from '../http.ts';
import type { LookupOrder, PreparedPayment, SignedRequest, SubmitOptions } from '../port.ts';
import { failedOutcome } from '../taxonomy.ts';
import { RISE_FAILURES } from './failures.ts';
import {
  byReference,
  haltOutcome,
  listedOutcome,
  refusalOf,
  sameKeyLater,
  type Refusal,
} from './outcomes.ts';
import type { Session } from './session.ts';
import { namesUser } from './stage.ts';
import { groupedSchema, readJson, successSchema } from './wire.ts';

/** What the execution of a signed request needs. */
export interface Execution {
  session: Session;
  quietTimeMs: number;
  /** Requests that were signed here and never sent. */
  unsent: WeakSet<SignedRequest>;
  lookup(orders: readonly LookupOrder[]): Promise<Map<string, LookupResult>>;
}

/**
 * Executes what was signed, with exactly its bytes. An error is a verdict only on the first send: what
 * becomes of a repetition proves nothing about the send before, so it is looked up again before
 * anything else is signed.
 */
export async function execute(
  execution: Execution,
  payments: readonly PreparedPayment[],
  { signed, sendBeforeMs }: SubmitOptions,
): Promise<Map<string, Outcome>> {
  if (!signed) return each(payments, () => sameKeyLater('not_signed'));
  const isFirst = execution.unsent.delete(signed);
  const result = await execution.session.call({
    method: 'PUT',
    path: '/v2/payments',
    body: signed.body,
    sendBeforeMs,
  });
  if (result.kind === 'not_sent' && isFirst) {
    return each(payments, () => sameKeyLater('provider_unreachable'));
  }
  if (result.kind !== 'answered') {
    const code = result.code.toLowerCase();
    return each(payments, () => ({ kind: 'AMBIGUOUS', code }));
  }
  const success = result.status < 300 ? readJson(successSchema, result.text) : null;
  if (success) return executed(execution, payments, success.data);
  const outcome = refusedExecution(execution, result, signed, isFirst);
  return each(payments, (payment) => outcome(payment, payments.length));
}

/**
 * Payments are matched by our reference. What the answer lists is not documented: where its payments
 * carry no description, they must be ours as a whole, and each is then looked up by its reference.
 */
async function executed(
  execution: Execution,
  payments: readonly PreparedPayment[],
  data: unknown,
): Promise<Map<string, Outcome>> {
  const rows = rowsIn(data);
  const listed = byReference(rows ?? []);
  if (rows && listed.size === 0 && !agree(rows, payments)) {
    return each(payments, () => ({ kind: 'AMBIGUOUS', code: 'answer_mismatch' }));
  }
  const found = listed.size === 0 ? await execution.lookup(payments) : null;
  return each(payments, (payment) => {
    const { reference } = payment;
    const result = found ? found.get(reference) : listedOutcome(listed.get(reference), payment);
    return !result || result.kind === 'ABSENT'
      ? { kind: 'AMBIGUOUS', code: 'missing_in_answer' }
      : result;
  });
}

/** The list of payments in an answer, bare, by name or in the group; null where there is none. */
function rowsIn(data: unknown): readonly unknown[] | null {
  if (Array.isArray(data)) return data;
  if (typeof data !== 'object' || data === null) return null;
  for (const name of ['items', 'payments', 'payment_group']) {
    const rows = rowsIn(Reflect.get(data, name));
    if (rows) return rows;
  }
  return null;
}

/** Whether these are as many payments, to the same users, of the same amounts. */
function agree(rows: readonly unknown[], payments: readonly PreparedPayment[]): boolean {
  const told = rows.map((row) => {
    const { data } = groupedSchema.safeParse(row);
    return `${data?.recipients[0]?.nanoid} ${data?.amount_cents}`;
  });
  const asked = payments.map(({ accountRef, amountMinor }) => `${accountRef} ${amountMinor}`);
  return told.toSorted().join() === asked.toSorted().join();
}

type Judge = (payment: PreparedPayment, size: number) => Outcome;

/** Statuses after which the request may have been acted upon: a conflict, a time-out, too many. */
const OPEN_STATUSES = [408, 409, 425, 429];

function refusedExecution(
  { quietTimeMs }: Execution,
  result: Extract<CallResult, { kind: 'answered' }>,
  signed: SignedRequest,
  isFirst: boolean,
): Judge {
  const refusal = refusalOf(result);
  const { status, word } = refusal;
  const open: Judge = () => ({ kind: 'AMBIGUOUS', code: openCode(status, word) });
  if (!isFirst || status < 400 || status >= 500 || OPEN_STATUSES.includes(status)) return open;
  const halt = haltOutcome(status, word);
  if (halt) return () => halt;
  const untilDeadMs = Math.max(0, signed.expiresAt.getTime() - Date.now()) + quietTimeMs + 1_000;
  if (word === 'EXPIRED_TYPED_DATA') return () => sameKeyLater(word, untilDeadMs);
  return (payment, size) => refusedPayment(refusal, payment, size, untilDeadMs);
}

/**
 * A payment alone, or one that Rise names, fails. The others wait until the signature is dead, and the
 * next draft finds whom Rise refuses.
 */
function refusedPayment(
  { word, text }: Refusal,
  { accountRef }: PreparedPayment,
  size: number,
  untilDeadMs: number,
): Outcome {
  return size === 1 || namesUser(text, accountRef)
    ? failedOutcome(RISE_FAILURES, word, null)
    : sameKeyLater(word, untilDeadMs, true);
}

function openCode(status: number, word: string): string {
  if (status === 429) return 'rate_limited';
  return status < 400 ? 'unreadable_answer' : word.toLowerCase();
}

const each = (
  payments: readonly PreparedPayment[],
  judge: (payment: PreparedPayment) => Outcome,
): Map<string, Outcome> => new Map(payments.map((payment) => [payment.reference, judge(payment)]));
