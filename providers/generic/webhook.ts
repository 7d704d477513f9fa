import { createHmac, createHash, timingSafeEqual } from 'node:crypto';
import { WebhookRejected, type WebhookEvent } from '../port.ts';
import type { Description } from './description.ts';
import { at, parseExactly, paymentOutcome, readPayment, textAt } from './reading.ts';

/** Checks the signature and the age of an event, and reads it. Throws `WebhookRejected`. */
export function verifyGenericWebhook(
  of: Description,
  secret: string,
  headers: Headers,
  rawBody: string,
): WebhookEvent {
  const { webhook } = of;
  const id = webhook.idHeader ? (headers.get(webhook.idHeader) ?? '') : '';
  const timestamp = webhook.timestampHeader ? (headers.get(webhook.timestampHeader) ?? '') : '';
  if (webhook.timestampHeader && !isRecent(timestamp, webhook.toleranceSeconds))
    throw new WebhookRejected('not_authentic', 'the event is too old, or its time is missing');
  const signed = webhook.signed
    .replaceAll('{id}', () => id)
    .replaceAll('{timestamp}', () => timestamp)
    .replaceAll('{body}', () => rawBody);
  const expected = createHmac('sha256', keyOf(secret, webhook.secret))
    .update(signed)
    .digest(webhook.encoding);
  const given = (headers.get(webhook.signatureHeader) ?? '').split(' ');
  if (!given.some((one) => equal(one, webhook.signaturePrefix + expected)))
    throw new WebhookRejected('not_authentic', 'the signature does not fit the body');
  const event = readEvent(of, rawBody);
  if (id !== '' && id !== event.eventId) throw unreadable();
  return event;
}

/** Reads an event that was verified before. Throws `WebhookRejected` where it is not that one. */
export function readGenericWebhook(
  of: Description,
  eventId: string,
  rawBody: string,
): WebhookEvent {
  const event = readEvent(of, rawBody);
  if (event.eventId !== eventId) throw unreadable();
  return event;
}

function readEvent(of: Description, rawBody: string): WebhookEvent {
  const document = parseExactly(rawBody);
  const eventId = textAt(document, of.webhook.id);
  const type = textAt(document, of.webhook.type);
  if (eventId === null || type === null) throw unreadable();
  const told = readPayment(at(document, of.webhook.payment), of);
  return {
    eventId,
    type,
    reference: told?.reference ?? null,
    providerPaymentId: told?.id ?? null,
    amountMinor: told?.amountMinor ?? null,
    currency: told?.currency ?? null,
    outcome: told && paymentOutcome(told, told, of),
  };
}

const keyOf = (secret: string, form: 'text' | 'base64'): Buffer =>
  form === 'text' ? Buffer.from(secret) : Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

function isRecent(timestamp: string, toleranceSeconds: number): boolean {
  const seconds = Number(timestamp);
  return timestamp !== '' && Math.abs(Date.now() / 1_000 - seconds) <= toleranceSeconds;
}

/** In a time that tells nothing about where two texts begin to differ. */
const equal = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const unreadable = (): WebhookRejected =>
  new WebhookRejected('unreadable', 'the body is not an event as the description says');
