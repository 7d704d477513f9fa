import type { BatchState } from './batch.ts';
import { CANCELLED_UNSENT, type HoldReason, type PaymentState } from './payment.ts';

/** The words of the escrow API for the same rows. */
export const ESCROW_BATCH_STATES = [
  'scheduled',
  'processing',
  'completed',
  'failed',
  'partial',
] as const;
export type EscrowBatchState = (typeof ESCROW_BATCH_STATES)[number];

export const ESCROW_ITEM_STATES = [
  'scheduled',
  'processing',
  'paid',
  'failed',
  'cancelled',
  'pending_kyc',
] as const;
export type EscrowItemState = (typeof ESCROW_ITEM_STATES)[number];

/** What the state of a release's batch is told from. */
export interface EscrowBatchFacts {
  status: BatchState;
  /** Whether anything was ever handed over. */
  executed: boolean;
  /** Payments that are COMPLETED, and those in any other state. */
  paidCount: number;
  otherCount: number;
}

/**
 * `partial` is a batch that ended in order although not everybody was paid: some payments failed, were
 * cancelled or came back, or wait for an account. No batch at all: there was nothing to send.
 */
export function escrowBatchState(batch: EscrowBatchFacts | null): EscrowBatchState {
  if (!batch) return 'completed';
  switch (batch.status) {
    case 'PENDING':
    case 'QUEUED':
      return batch.executed ? 'processing' : 'scheduled';
    case 'PROCESSING':
    case 'SETTLING':
      return 'processing';
    case 'COMPLETED':
      return batch.otherCount > 0 ? 'partial' : 'completed';
    case 'FAILED':
      return 'failed';
    case 'CANCELLED':
      return batch.paidCount > 0 ? 'partial' : 'failed';
  }
}

/** What the state of a share is told from; none where it needs no payment. */
export interface EscrowItemFacts {
  status: PaymentState;
  failureCode: string | null;
}

/**
 * A share without a payment is settled: there was nothing to send, or all of it was set off against a
 * debt. Money that came back is `failed`: the recipient does not have it.
 */
export function escrowItemState(payment: EscrowItemFacts | null): EscrowItemState {
  if (!payment) return 'paid';
  switch (payment.status) {
    case 'PENDING':
      return 'scheduled';
    case 'PROCESSING':
    case 'UNKNOWN':
      return 'processing';
    case 'COMPLETED':
      return 'paid';
    case 'ON_HOLD':
      return 'pending_kyc';
    case 'FAILED':
    case 'RETURNED':
      return 'failed';
    case 'CANCELLED':
      return CANCELLED_UNSENT.some((code) => code === payment.failureCode) ? 'cancelled' : 'failed';
  }
}

/** Why a held payment waits, for the platform and the recipient. */
export const HOLD_SENTENCES: Record<HoldReason, string> = {
  kyc: 'The account of the recipient is not verified yet; the payment goes on by itself afterwards.',
  no_account:
    'The recipient has no account that can be paid; the payment goes on by itself when there is one.',
  account_changed: 'The account was changed; the payment is checked before it is sent.',
  payee_hold: 'Payments to this recipient are on hold.',
  funds: 'The balance at the provider does not cover the payment.',
  risk: 'A person must look at this payment first.',
  manual_hold: 'A person has put this payment on hold.',
};
