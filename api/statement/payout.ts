import { findAffiliate } from '../../db/queries/affiliates.ts';
import type { Db } from '../../db/client.ts';
import { findPayment } from '../../db/queries/payments.ts';
import { issueStatement } from '../../db/queries/statement/issue.ts';
import { settledPayout, type SettledPayout } from '../../db/queries/statement/payouts.ts';
import { DomainError } from '../../domain/errors.ts';
import { paymentReference } from '../../domain/ids.ts';
import { toJsonAmount } from '../../domain/money.ts';
import {
  movedSince,
  STATEMENT_LINES,
  statementLines,
  statementTotals,
  type StatementTotals,
} from '../../domain/statement.ts';
import { notFound } from '../http/problems.ts';
import { iso, isoOrNull } from '../schemas/common.ts';
import type { PayoutStatement } from '../schemas/statement.ts';

/**
 * The statement of one payout, numbered now where it has no number yet. Throws `not_found`, and
 * `invalid_state` for a payment that was not paid.
 */
export async function readPayoutStatement(db: Db, paymentId: string): Promise<PayoutStatement> {
  const number = await issueStatement(db, paymentId);
  const found = number && (await settledPayout(db, paymentId));
  if (!number || !found) throw await noStatement(db, paymentId);
  const payee = await payeeOf(db, found.payee_id);
  return {
    number: number.number,
    issuedAt: iso(number.created_at),
    payer: { name: found.programme_name },
    payee,
    payout: toPayout(found),
    lines: statementLines(found.sums).map(({ kind, count, amountMinor }) => ({
      kind,
      label: STATEMENT_LINES[kind],
      count,
      amount: toJsonAmount(amountMinor),
    })),
  };
}

async function noStatement(db: Db, paymentId: string): Promise<DomainError> {
  const payment = await findPayment(db, paymentId);
  if (!payment) return notFound('payment');
  return new DomainError(
    'invalid_state',
    `A payment has a statement once it is COMPLETED; this one is ${payment.status}.`,
  );
}

/** Who was paid, as the head of a statement says it. Throws `not_found`. */
export async function payeeOf(db: Db, payeeId: string): Promise<PayoutStatement['payee']> {
  const row = await findAffiliate(db, payeeId);
  if (!row) throw notFound('affiliate');
  const { id, externalId, fullName, country } = row;
  return { id, externalId, fullName, country };
}

/** A payout as statements show it. Throws where its lines do not sum to what the books say was paid. */
export function toPayout(found: SettledPayout): PayoutStatement['payout'] {
  if (found.status === 'COMPLETED' && movedSince(found.sums) !== 0n)
    throw new Error(`what ${found.id} covers is not what the books say it paid`);
  return {
    paymentId: found.id,
    batchId: found.batch_id,
    batchNumber: found.batch_number,
    reference: paymentReference(found.id, found.generation),
    provider: found.provider,
    providerPaymentId: found.provider_payment_id,
    status: found.status,
    settledAt: iso(found.settled_at),
    returnedAt: isoOrNull(found.returned_at),
    partReturned: toJsonAmount(found.partReturnedMinor),
    periodFrom: isoOrNull(found.earned_from),
    periodTo: isoOrNull(found.earned_to),
    currency: found.currency,
    ...toTotals(statementTotals(found.sums)),
  };
}

export const toTotals = (totals: StatementTotals) => ({
  gross: toJsonAmount(totals.grossMinor),
  fees: toJsonAmount(totals.feesMinor),
  tax: toJsonAmount(totals.taxMinor),
  clawbacks: toJsonAmount(totals.clawbacksMinor),
  other: toJsonAmount(totals.otherMinor),
  net: toJsonAmount(totals.netMinor),
});
