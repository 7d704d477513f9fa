import { Webhook } from 'standardwebhooks';
import { WebhookRejected, type WebhookEvent } from '../port.ts';
import { payoutOutcome } from './outcomes.ts';
import { accountEventSchema, readJson, webhookSchema } from './wire.ts';

/** Verifies a Standard Webhooks signature (5 minutes of tolerance) and reads the event. */
export function verifyMockWebhook(secret: string, headers: Headers, rawBody: string): WebhookEvent {
  const signed = Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
      name,
      headers.get(name) ?? '',
    ]),
  );
  try {
    new Webhook(secret).verify(rawBody, signed);
  } catch (error) {
    // The library reads the JSON as well, once the signature fits.
    if (error instanceof SyntaxError) throw unreadable();
    throw new WebhookRejected('not_authentic', 'the signature does not fit the body');
  }
  return readMockWebhook(signed['webhook-id'] ?? '', rawBody);
}

/** Reads an event whose proof has been checked. Throws `WebhookRejected` where it is not one. */
export function readMockWebhook(eventId: string, rawBody: string): WebhookEvent {
  const event = readPayoutEvent(rawBody) ?? readAccountEvent(rawBody);
  if (event?.eventId !== eventId) throw unreadable();
  return event;
}

function readPayoutEvent(rawBody: string): WebhookEvent | null {
  const event = readJson(webhookSchema, rawBody);
  if (!event) return null;
  const { payout } = event.data;
  const amountMinor = BigInt(payout.amount);
  const { reference, currency } = payout;
  return {
    eventId: event.id,
    type: event.type,
    reference,
    providerPaymentId: payout.id,
    amountMinor,
    currency,
    outcome: payoutOutcome(payout, { reference, amountMinor, currency }),
  };
}

function readAccountEvent(rawBody: string): WebhookEvent | null {
  const event = readJson(accountEventSchema, rawBody);
  if (!event) return null;
  const { accountRef, kycStatus, email } = event.data.account;
  const toldAt = new Date(event.createdAt);
  return {
    eventId: event.id,
    type: event.type,
    reference: null,
    providerPaymentId: null,
    amountMinor: null,
    currency: null,
    outcome: null,
    account: { accountRef, kycStatus, email: email ?? null, toldAt },
  };
}

const unreadable = (): WebhookRejected =>
  new WebhookRejected('unreadable', 'the body is not an event of this provider');
