import { Stripe } from 'stripe';
import type { z } from 'zod';
import { WebhookRejected, type AccountNews, type WebhookEvent } from '../port.ts';
import { readAccountEvent } from './accounts.ts';
import type { StripeConfig } from './config.ts';
import { readTold } from './lookup.ts';
import { eventSchema, referenceIn } from './wire.ts';

/** Older ones are refused, as Stripe's libraries do. */
const TOLERANCE_SECONDS = 300;

/** Checks the signature and its age with Stripe's own code, and reads the event. */
export function verifyStripeWebhook(
  config: StripeConfig,
  headers: Headers,
  rawBody: string,
): WebhookEvent {
  const signature = headers.get('stripe-signature') ?? '';
  if (!config.webhookSecrets.some((secret) => isSigned(rawBody, signature, secret)))
    throw new WebhookRejected(
      'not_authentic',
      'the signature does not fit the body, or is too old',
    );
  return readEvent(config, rawBody);
}

/** Reads an event that was verified before. Throws `WebhookRejected` where it is not that one. */
export function readStripeWebhook(
  config: StripeConfig,
  eventId: string,
  rawBody: string,
): WebhookEvent {
  const event = readEvent(config, rawBody);
  if (event.eventId !== eventId) throw unreadable();
  return event;
}

/** `constructEvent` is this check and then `JSON.parse`, which says something else of the body. */
function isSigned(rawBody: string, signature: string, secret: string): boolean {
  try {
    const { signature: verifier } = Stripe.webhooks;
    return verifier?.verifyHeader(rawBody, signature, secret, TOLERANCE_SECONDS) === true;
  } catch {
    return false;
  }
}

function readEvent(config: StripeConfig, rawBody: string): WebhookEvent {
  const event = parse(rawBody);
  if (!event) throw unreadable();
  const { id, type, livemode, account, data } = event;
  const about = { eventId: id, type };
  if (livemode !== (config.mode === 'live')) {
    // What connected accounts do in test mode is sent to live endpoints too (docs.stripe.com/connect/webhooks).
    if (!livemode && typeof account === 'string') return { ...about, ...NOTHING };
    throw new WebhookRejected('foreign_account', 'the event belongs to the other mode of Stripe');
  }
  const news = accountNews(config, event);
  if (news) return { ...about, ...NOTHING, account: news };
  if (!type.startsWith(`${config.method}.`) || referenceIn(data.object) === null)
    return { ...about, ...NOTHING };
  // Transfers are told by the platform itself, payouts by the account that they leave.
  const isOwn = typeof account !== 'string' || account === config.account;
  if (isOwn !== (config.method === 'transfer'))
    throw new WebhookRejected('foreign_account', 'the event is about another account of Stripe');
  const told = readTold(config.method, data.object);
  if (told === null || told.livemode !== livemode) throw unreadable();
  const { reference, amountMinor, currency, outcome } = told;
  return { ...about, reference, providerPaymentId: told.id, amountMinor, currency, outcome };
}

/**
 * What an event says about a payee's account; null where that is nothing. Payees have connected
 * accounts, which their events name; what the platform is told of its own account is not about them.
 */
function accountNews(
  { method, account: platform }: StripeConfig,
  { type, account, created, data }: Event,
): AccountNews | null {
  if (typeof account !== 'string' || account === platform) return null;
  const { object } = data;
  const news = readAccountEvent({ type, accountRef: account, created, object }, method);
  if (news === 'unreadable') throw unreadable();
  return news;
}

type Event = z.infer<typeof eventSchema>;

/** What an event carries that is about no payment of ours. */
const NOTHING = {
  reference: null,
  providerPaymentId: null,
  amountMinor: null,
  currency: null,
  outcome: null,
};

function parse(rawBody: string): Event | null {
  try {
    const parsed = eventSchema.safeParse(JSON.parse(rawBody));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const unreadable = (): WebhookRejected =>
  new WebhookRejected('unreadable', 'the body is not an event of Stripe');
