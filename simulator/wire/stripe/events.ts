import { createHmac } from 'node:crypto';
import type { TransferView } from '../../ledger.ts';
import type { Account } from '../../records.ts';
import type { WebhookMessage } from '../port.ts';
import { accountObject } from './accounts.ts';
import { API_VERSION } from './errors.ts';
import { detailsOf, payoutOf, reversalsOf, secondsOf, transferOf } from './objects.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** "Up to three days with an exponential back off" (https://docs.stripe.com/webhooks); the steps are ours. */
export const RETRY_AFTER_MS: readonly number[] = [
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  ...Array.from({ length: 4 }, () => 12 * HOUR_MS),
];

type Told = {
  readonly eventId: string;
  readonly view: TransferView;
  readonly atMs: number;
  readonly part: number;
  readonly livemode: boolean;
};

/** A payout that is paid has been on its way before: two events. */
export function messagesOf(view: TransferView): number {
  return detailsOf(view).object === 'payout' && view.status === 'settled' ? 2 : 1;
}

/** An event, signed as https://docs.stripe.com/webhooks/signature says. */
export function messageOf(secret: string, told: Told): WebhookMessage {
  const { eventId, view, atMs, livemode } = told;
  const { account } = detailsOf(view);
  return signed(secret, { eventId, account, atMs, livemode, ...changeIn(told) });
}

/** An event of a connected account about itself (https://docs.stripe.com/connect/webhooks). */
export function accountMessageOf(
  secret: string,
  eventId: string,
  account: Account,
  livemode: boolean,
): WebhookMessage {
  const { accountRef, updatedAtMs: atMs } = account;
  const change = { type: 'account.updated', object: accountObject(account) };
  return signed(secret, { eventId, account: accountRef, atMs, livemode, ...change });
}

type Event = {
  readonly eventId: string;
  /** The connected account whose event it is; undefined for one of the platform's own. */
  readonly account: string | undefined;
  readonly atMs: number;
  readonly livemode: boolean;
  readonly type: string;
  readonly object: unknown;
};

function signed(secret: string, event: Event): WebhookMessage {
  const { eventId, account, atMs, livemode, type, object } = event;
  const body = JSON.stringify({
    id: `evt_${eventId}`,
    object: 'event',
    ...(account !== undefined && { account }),
    api_version: API_VERSION,
    created: secondsOf(atMs),
    data: { object },
    livemode,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  });
  const sentAt = String(secondsOf(Date.now()));
  const signature = createHmac('sha256', secret).update(`${sentAt}.${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'stripe-signature': `t=${sentAt},v1=${signature}`,
    'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
  };
  return { headers, body };
}

/** The opposite of what is true. */
export function falsified(view: TransferView): TransferView {
  return view.status === 'settled'
    ? { ...view, status: 'failed', failureCode: null }
    : { ...view, status: 'settled', failureCode: null };
}

function changeIn({ eventId, view, part, livemode }: Told) {
  const isCreation = eventNoIn(eventId) === 1 && part === 0;
  if (detailsOf(view).object === 'payout') {
    const isHalfWay = view.status === 'settled' && part === 0 && !isCreation;
    const seen = isHalfWay ? { ...view, status: 'accepted', failureCode: 'in_transit' } : view;
    const object = payoutOf(seen, livemode);
    const ended = ['paid', 'failed', 'canceled'].includes(object.status);
    const type = isCreation ? 'created' : ended ? object.status : 'updated';
    return { type: `payout.${type}`, object };
  }
  const object = transferOf(view, livemode);
  const type = isCreation ? 'created' : reversalsOf(view).length > 0 ? 'reversed' : 'updated';
  return { type: `transfer.${type}`, object };
}

// The sender puts the transfer's id, its event's number and the part one after the other.
function eventNoIn(eventId: string): number {
  return Number.parseInt(eventId.slice(16, 19), 16);
}
