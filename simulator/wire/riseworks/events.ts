import { createHmac, hash } from 'node:crypto';
import type { TransferView } from '../../ledger.ts';
import type { WebhookMessage } from '../port.ts';
import { detailsOf, eventPaymentOf, groupIdsOf } from './payments.ts';

/** "60 s, 120 s, 300 s, then gives up"; each try must be answered in 10 s. */
export const RETRY_AFTER_MS: readonly number[] = [60_000, 120_000, 300_000];
export const RECEIVER_TIMEOUT_MS = 10_000;

/** A second message about a creation, and every forgery, says that the payment was sent. */
export const SENT_PART = 1;

type Told = {
  readonly eventId: string;
  readonly view: TransferView;
  readonly atMs: number;
  readonly part: number;
};

/**
 * A group tells of its creation with its first payment; each payment tells that it was sent. Of one
 * that fails, is removed or comes back nobody is told.
 */
export function messagesOf(view: TransferView, eventNo: number): number {
  const opensGroup = eventNo === 1 && detailsOf(view).index === 0;
  if (view.status === 'accepted') return opensGroup ? 1 : 0;
  if (view.status === 'settled') return opensGroup ? 2 : 1;
  return 0;
}

/** An event in Rise's envelope, signed over `<t>.<body>`. */
export function messageOf(secret: string, told: Told): WebhookMessage {
  const { eventId, atMs } = told;
  const { type, payload } = changeIn(told);
  const body = JSON.stringify({
    object: 'event',
    created: Math.floor(atMs / 1_000),
    request_id: `req-${atMs}`,
    event_type: type,
    event_version: '1.0',
    idempotency_key: uuidOf(eventId),
    ...payload,
  });
  const sentAt = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', secret).update(`${sentAt}.${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-rise-signature': `t=${sentAt},v1=${signature}`,
  };
  return { headers, body };
}

/** What is not true: that it was sent, or ten times of what was. */
export function falsified(view: TransferView): TransferView {
  return view.status === 'settled'
    ? { ...view, amountMinor: view.amountMinor * 10n }
    : { ...view, status: 'settled' };
}

function changeIn({ eventId, view, part }: Told) {
  const { digest, description, group = [] } = detailsOf(view);
  if (
    view.status !== 'accepted' &&
    (part === SENT_PART || group.length === 0 || !isCreation(eventId))
  ) {
    return { type: 'payment.sent', payload: { payment: eventPaymentOf(view, true) } };
  }
  const { nanoid, onchainId } = groupIdsOf(digest);
  const createdAt = new Date(view.createdAtMs).toISOString();
  const payments = group.map(({ to, amountCents }, at) => {
    const amountMinor = BigInt(amountCents);
    return eventPaymentOf({ ...view, id: later(view.id, at), recipient: to, amountMinor }, false);
  });
  const payload = {
    payment_group: {
      nanoid,
      onchain_id: onchainId,
      created_at: createdAt,
      updated_at: createdAt,
      invoice_type: 'flat',
      invoice_description: description,
      role_description: '',
      currency: view.currency,
      payments,
    },
  };
  return { type: 'payment.group.created', payload };
}

// The payments of a group are made one after the other, with nothing between them.
function later(id: string, by: number): string {
  return (BigInt(`0x${id}`) + BigInt(by)).toString(16).padStart(id.length, '0');
}

// The sender puts the transfer's id, its event's number and the part one after the other.
function isCreation(eventId: string): boolean {
  return Number.parseInt(eventId.slice(16, 19), 16) === 1;
}

function uuidOf(eventId: string): string {
  const hex = hash('sha256', eventId, 'hex');
  const [a, b, c, d, e] = [
    [0, 8],
    [8, 12],
    [13, 16],
    [17, 20],
    [20, 32],
  ].map((cut) => hex.slice(...cut));
  return `${a}-${b}-4${c}-8${d}-${e}`;
}
