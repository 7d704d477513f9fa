import { openOrNull, VaultError, type Vault } from '../db/vault.ts';
import type { DuePayment } from '../db/queries/due-payments.ts';
import { groupReference, paymentReference } from '../domain/ids.ts';
import {
  OrderUnfit,
  type AccountDetails,
  type LookupOrder,
  type PreparedPayment,
  type Provider,
} from '../providers/port.ts';

/** A due payment with the request that is sent for it, under this generation. */
export interface Ready {
  payment: DuePayment;
  generation: number;
  request: PreparedPayment;
  /** The bytes that may have been sent cannot be opened here: it is looked up, never sent again. */
  isLost: boolean;
}

/** A payment that its provider cannot be asked for, since its account lacks something or cannot be read. */
export interface Unfit {
  paymentId: string;
  why: string;
}

/**
 * Writes the requests: under a new generation for fresh payments, and the same key and bytes as
 * before for those that have an open attempt, from what was kept where it was kept.
 */
export function preparePayments(
  vault: Vault,
  provider: Provider,
  batchId: string,
  payments: readonly DuePayment[],
): { ready: Ready[]; unfit: Unfit[] } {
  const ready: Ready[] = [];
  const unfit: Unfit[] = [];
  for (const payment of payments) {
    const generation = payment.status === 'PENDING' ? payment.generation + 1 : payment.generation;
    const order = {
      reference: paymentReference(payment.id, generation),
      accountRef: payment.account_ref,
      amountMinor: payment.amount_minor,
      currency: payment.currency,
      groupId: groupReference(batchId, payment.chunk),
    };
    if (payment.status !== 'PENDING' && payment.request_sealed !== null) {
      const body = openOrNull(vault, order.reference, payment.request_sealed);
      const request = { ...order, body: body ?? '' };
      ready.push({ payment, generation, request, isLost: body === null });
      continue;
    }
    try {
      const details = openDetails(vault, payment);
      const request = provider.prepare({ ...order, details, payeeName: payment.payee_name ?? '' });
      ready.push({ payment, generation, request, isLost: false });
    } catch (error) {
      if (!(error instanceof OrderUnfit)) throw error;
      unfit.push({ paymentId: payment.id, why: error.message });
    }
  }
  return { ready, unfit };
}

function openDetails(vault: Vault, payment: DuePayment): AccountDetails | null {
  if (payment.details_sealed === null) return null;
  try {
    return JSON.parse(vault.open(payment.account_id, payment.details_sealed)) as AccountDetails;
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new OrderUnfit(`the details of the account cannot be read: ${error.message}`);
  }
}

/** What a look-up of it needs. */
export const lookupOf = ({ payment, request }: Ready): LookupOrder => ({
  reference: request.reference,
  accountRef: request.accountRef,
  amountMinor: request.amountMinor,
  currency: request.currency,
  groupId: request.groupId,
  providerPaymentId: payment.provider_payment_id,
  ...(payment.attempt_created_at && { sentAt: payment.attempt_created_at }),
});
