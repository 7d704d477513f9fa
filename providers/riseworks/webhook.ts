import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Outcome } from '../../domain/outcome.ts';
import { WebhookRejected, type WebhookEvent } from '../port.ts';
import { referenceIn } from './outcomes.ts';
import { readJson, webhookSchema } from './wire.ts';

export interface RiseWebhookConfig {
  /** Any of them may have signed, so that a secret can be changed without a gap. */
  secrets: readonly string[];
  /** What is signed, with `{t}` for the time and `{body}` for the body. */
  template: string;
  toleranceMs: number;
}

/**
 * Verifies `X-Rise-Signature: t=<seconds>,v1=<hex>`, an HMAC-SHA256 (Rise's guide "webhooks/security").
 * What exactly is signed is not documented, so it is a template.
 */
export function verifyRiseWebhook(
  config: RiseWebhookConfig,
  team: string,
  headers: Headers,
  rawBody: string,
): WebhookEvent {
  const parts = (headers.get('x-rise-signature') ?? '')
    .split(',')
    .map((part) => part.trim().split('=', 2));
  const seconds = parts.find(([name]) => name === 't')?.[1] ?? '';
  const given = parts.filter(([name]) => name === 'v1').map(([, hex]) => hex ?? '');
  const ageMs = Math.abs(Date.now() - Number(seconds) * 1_000);
  if (!/^\d{1,12}$/.test(seconds) || ageMs > config.toleranceMs) throw notAuthentic();
  const signed = config.template.replaceAll(/\{t\}|\{body\}/g, (place) =>
    place === '{t}' ? seconds : rawBody,
  );
  const expected = config.secrets.map((secret) =>
    createHmac('sha256', secret).update(signed).digest('hex'),
  );
  // Every pair is compared, so that the time tells nothing about which one fits.
  const fits = expected.flatMap((one) => given.map((other) => same(one, other.toLowerCase())));
  if (!fits.includes(true)) throw notAuthentic();
  return readEvent(rawBody, team);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

/** Reads an event whose proof has been checked. Throws `WebhookRejected` where it is not one. */
export function readRiseWebhook(eventId: string, rawBody: string, team: string): WebhookEvent {
  const event = readEvent(rawBody, team);
  if (event.eventId !== eventId) throw unreadable();
  return event;
}

function readEvent(rawBody: string, team: string): WebhookEvent {
  const event = readJson(webhookSchema, rawBody);
  if (!event) throw unreadable();
  const group = event.payment_group ?? null;
  const [first, another] = group?.payments ?? [];
  const payment = event.payment ?? (another ? null : (first ?? null));
  if ([event, group, payment].some((part) => isForeign(part, team))) {
    throw new WebhookRejected('foreign_account', 'the event is about another team');
  }
  const providerPaymentId = payment?.nanoid ?? null;
  return {
    eventId: event.idempotency_key,
    type: event.event_type,
    reference: referenceIn(payment?.invoice_description ?? group?.invoice_description),
    providerPaymentId,
    amountMinor: payment?.amount_cents ?? null,
    currency: payment?.currency ?? group?.currency ?? null,
    outcome: providerPaymentId === null ? null : hint(event.event_type, providerPaymentId),
  };
}

/** Only a hint: what is final is read from Rise. */
function hint(type: string, providerPaymentId: string): Outcome | null {
  if (type === 'payment.sent') return { kind: 'SETTLED', providerPaymentId };
  return type === 'payment.group.created' ? { kind: 'ACCEPTED', providerPaymentId } : null;
}

/** Whether a part names a team that is not ours. */
function isForeign(part: Readonly<Record<string, unknown>> | null, team: string): boolean {
  if (part === null) return false;
  const payer = part['payer'];
  const named = [
    part['team_nanoid'],
    part['payer_nanoid'],
    typeof payer === 'object' && payer !== null ? Reflect.get(payer, 'nanoid') : undefined,
  ];
  return named.some(
    (nanoid) => typeof nanoid === 'string' && nanoid.startsWith('te-') && nanoid !== team,
  );
}

const notAuthentic = (): WebhookRejected =>
  new WebhookRejected('not_authentic', 'the signature does not fit the body');

const unreadable = (): WebhookRejected =>
  new WebhookRejected('unreadable', 'the body is not an event of this provider');
