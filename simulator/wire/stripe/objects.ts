import { z } from 'zod';
import type { TransferView } from '../../ledger.ts';

export const PROVIDER = 'stripe';

const reversalSchema = z.object({
  amount: z.int(),
  createdAtMs: z.int(),
  description: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
});
/** A part of a transfer, or all of it, taken back. */
export type Reversal = z.infer<typeof reversalSchema>;

const detailsSchema = z.object({
  object: z.enum(['transfer', 'payout']),
  /** The connected account that a payout belongs to; left out where it is the platform's own. */
  account: z.string().optional(),
  metadata: z.record(z.string(), z.string()),
  description: z.string().optional(),
  group: z.string().optional(),
  sourceTransaction: z.string().optional(),
  sourceType: z.string().optional(),
  destination: z.string().optional(),
  method: z.string().optional(),
  statementDescriptor: z.string().optional(),
});
/** What the ledger keeps of a request, to show it again. */
export type Details = z.infer<typeof detailsSchema>;

export function detailsOf({ details }: { readonly details: string | null }): Details {
  return detailsSchema.parse(JSON.parse(details ?? '{}'));
}

/** The reversals of a transfer, oldest first. One that was taken back by no call of the API is one. */
export function reversalsOf(view: TransferView): Reversal[] {
  const word = view.failureCode;
  const made =
    word?.startsWith('[') === true ? z.array(reversalSchema).parse(JSON.parse(word)) : [];
  const isGone = ['returned', 'failed', 'cancelled'].includes(view.status);
  const rest = Number(view.amountMinor) - sumOf(made);
  if (!isGone || rest <= 0) return made;
  const last = { createdAtMs: view.updatedAtMs, description: null, metadata: {} };
  return [...made, { ...last, amount: rest }];
}

export function sumOf(reversals: readonly Reversal[]): number {
  return reversals.reduce((sum, { amount }) => sum + amount, 0);
}

/** https://docs.stripe.com/api/transfers/object */
export function transferOf(view: TransferView, livemode: boolean) {
  const details = detailsOf(view);
  const id = `tr_${view.id}`;
  const reversals = reversalsOf(view);
  const amountReversed = sumOf(reversals);
  const rows = reversals.map((reversal, at) => reversalOf(view, reversal, at)).toReversed();
  return {
    id,
    object: 'transfer',
    amount: Number(view.amountMinor),
    amount_reversed: amountReversed,
    balance_transaction: `txn_${view.id}`,
    created: secondsOf(view.createdAtMs),
    currency: view.currency.toLowerCase(),
    description: details.description ?? null,
    destination: view.recipient,
    destination_payment: `py_${view.id}`,
    livemode,
    metadata: details.metadata,
    reversals: listOf(rows.slice(0, 10), rows.length > 10, `/v1/transfers/${id}/reversals`),
    reversed: amountReversed > 0 && amountReversed >= Number(view.amountMinor),
    source_transaction: details.sourceTransaction ?? null,
    source_type: details.sourceType ?? 'card',
    transfer_group: details.group ?? null,
  };
}

/** https://docs.stripe.com/api/transfer_reversals/object */
export function reversalOf(view: TransferView, reversal: Reversal, at: number) {
  return {
    id: `trr_${view.id}${at.toString(16).padStart(3, '0')}`,
    object: 'transfer_reversal',
    amount: reversal.amount,
    balance_transaction: `txn_${view.id}${at.toString(16).padStart(3, '0')}`,
    created: secondsOf(reversal.createdAtMs),
    currency: view.currency.toLowerCase(),
    destination_payment_refund: null,
    metadata: reversal.metadata,
    source_refund: null,
    transfer: `tr_${view.id}`,
  };
}

const PAYOUT_STATUS: Readonly<Record<string, string>> = {
  settled: 'paid',
  failed: 'failed',
  // A bank that sends the money back: what was paid turns out to have failed.
  returned: 'failed',
  cancelled: 'canceled',
};

/** https://docs.stripe.com/api/payouts/object. While it waits, the ledger's word for it is its status. */
export function payoutOf(view: TransferView, livemode: boolean) {
  const details = detailsOf(view);
  const waiting = view.status === 'accepted' ? (view.failureCode ?? 'pending') : view.status;
  const status = PAYOUT_STATUS[view.status] ?? waiting;
  const failureCode = status === 'failed' ? (view.failureCode ?? 'could_not_process') : null;
  return {
    id: `po_${view.id}`,
    object: 'payout',
    amount: Number(view.amountMinor),
    application_fee: null,
    application_fee_amount: null,
    arrival_date: secondsOf(view.createdAtMs) + 86_400,
    automatic: false,
    balance_transaction: `txn_${view.id}`,
    created: secondsOf(view.createdAtMs),
    currency: view.currency.toLowerCase(),
    description: details.description ?? null,
    destination: details.destination ?? `ba_${view.id}`,
    failure_balance_transaction: failureCode === null ? null : `txn_${view.id}f`,
    failure_code: failureCode,
    failure_message: failureCode?.replaceAll('_', ' ') ?? null,
    livemode,
    metadata: details.metadata,
    method: details.method ?? 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'not_applicable',
    reversed_by: null,
    source_type: details.sourceType ?? 'card',
    statement_descriptor: details.statementDescriptor ?? null,
    status,
    trace_id: null,
    type: 'bank_account',
  };
}

export function listOf(data: readonly unknown[], hasMore: boolean, url: string) {
  return { object: 'list', data, has_more: hasMore, url };
}

export function secondsOf(atMs: number): number {
  return Math.floor(atMs / 1_000);
}
