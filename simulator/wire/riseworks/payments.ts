import { z } from 'zod';
import type { TransferView } from '../../ledger.ts';
import { addressOf } from './typed-data.ts';

export const PROVIDER = 'riseworks';
const UNITS_PER_CENT = 10_000n;
/** A payment is an intent first, and soon scheduled: told by its age, for nothing else changes. */
const INTENT_MS = 20;

const detailsSchema = z.object({
  team: z.string(),
  /** EIP-712 digest of the group. */
  digest: z.string(),
  index: z.int(),
  description: z.string(),
  /** Of the first payment only: all of the group, so that one event can tell of them. */
  group: z
    .array(z.object({ to: z.string(), amountCents: z.int(), description: z.string() }))
    .optional(),
});
/** What the ledger keeps of a payment, to show it again. */
export type Details = z.infer<typeof detailsSchema>;

export function detailsOf({ details }: { readonly details: string | null }): Details {
  return detailsSchema.parse(JSON.parse(details ?? '{}'));
}

/** https://rise-067e2e54.mintlify.app/concepts/payments, "Payment States" */
export function stateOf(view: TransferView, nowMs: number): string {
  switch (view.status) {
    case 'accepted':
      return view.failureCode ?? (nowMs - view.createdAtMs < INTENT_MS ? 'intent' : 'scheduled');
    case 'settled':
      return 'complete';
    case 'failed':
    case 'cancelled':
    case 'returned':
      return 'removed';
    default:
      return view.status;
  }
}

/** An item of `GET /v2/payments`. */
export function itemOf(view: TransferView, nowMs: number) {
  const { team, digest, description } = detailsOf(view);
  const group = groupIdsOf(digest);
  const createdAt = new Date(view.createdAtMs).toISOString();
  const updatedAt = new Date(view.updatedAtMs).toISOString();
  const amountCents = Number(view.amountMinor);
  const state = stateOf(view, nowMs);
  return {
    recipient: userOf(view.recipient),
    payer: { nanoid: team, riseid: addressOf(team), avatar: '', name: 'Simulated team' },
    invoice: {
      amount_cents: amountCents,
      created_at: createdAt,
      currency: view.currency,
      documents_ids: [],
      group_nanoid: group.nanoid,
      group_onchain_id: group.onchainId,
      invoice_description: description,
      invoice_number: '',
      invoice_status: state === 'complete' ? 'paid' : 'pending',
      nanoid: `iv-${view.id}`,
      payer_nanoid: team,
      recipient_nanoid: view.recipient,
      rise_sow: false,
      time_entries: [],
      type: 'batch',
      updated_at: updatedAt,
    },
    payment: {
      creation_transaction: `tx-${digest.slice(2, 18)}`,
      group_onchain_id: group.onchainId,
      invoice_nanoid: `iv-${view.id}`,
      nanoid: `pa-${view.id}`,
      onchain_id: onchainIdOf(view.id),
      payment_group_nanoid: group.nanoid,
      process_transaction: state === 'complete' ? `tx-${view.id}` : null,
      state,
      pay_at_time: Math.floor(view.createdAtMs / 1_000),
      token_amount: String(view.amountMinor * UNITS_PER_CENT),
      amount_cents: amountCents,
      currency_symbol: view.currency,
      token_decimals: 6,
      valid_minutes: 10,
      created_at: createdAt,
      updated_at: updatedAt,
    },
  };
}

/** A payment as events tell it. */
export function eventPaymentOf(view: TransferView, isSent: boolean) {
  const { digest } = detailsOf(view);
  const { recipient, payment } = itemOf(view, view.updatedAtMs);
  return {
    nanoid: payment.nanoid,
    onchain_id: payment.onchain_id,
    group_onchain_id: payment.group_onchain_id,
    group_nanoid: groupIdsOf(digest).nanoid,
    invoice_nanoid: payment.invoice_nanoid,
    creation_transaction: payment.creation_transaction,
    process_transaction: isSent ? `tx-${view.id}` : null,
    created_at: payment.created_at,
    updated_at: payment.updated_at,
    pay_at_time: String(payment.pay_at_time),
    pay_type: '1',
    token: { address: addressOf('usdc'), name: 'USD Coin', symbol: 'USDC', decimals: 6 },
    recipients: [
      {
        nanoid: recipient.nanoid,
        email: recipient.email,
        name: 'Simulated user',
        entity_type: 'user',
      },
    ],
    amount: payment.token_amount,
    amount_cents: payment.amount_cents,
  };
}

/** The group of payments that one digest executes. */
export function groupIdsOf(digest: string): { nanoid: string; onchainId: string } {
  const onchainId = BigInt(`0x${digest.slice(2, 14)}`).toString();
  return { nanoid: `pg-${digest.slice(2, 18)}`, onchainId };
}

export function userOf(nanoid: string, email?: string) {
  return {
    nanoid,
    riseid: addressOf(nanoid),
    avatar: '',
    first_name: 'Simulated',
    middle_name: '',
    last_name: 'User',
    company_name: '',
    email: email ?? `${nanoid}@example.com`,
  };
}

function onchainIdOf(id: string): string {
  return BigInt(`0x${id}`).toString();
}
