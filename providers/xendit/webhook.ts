import { createHash, timingSafeEqual } from 'node:crypto';
import { WebhookRejected, type WebhookEvent } from '../port.ts';
import type { XenditConfig, XenditCredential } from './config.ts';
import { readExactly } from './exact-json.ts';
import type { ApiVersion } from './money.ts';
import { payoutOutcome } from './outcomes.ts';
import { envelopeSchema, payoutSchema, type Payout } from './wire.ts';

const EVENT_ID_LENGTH_MAX = 200;

/**
 * Checks the token of an event, and that it is about a business of ours. The token is a shared secret
 * that proves nothing about the body, so what is read here is only a hint to look the payout up
 * (documentation: payout webhooks).
 */
export function verifyXenditWebhook(
  config: XenditConfig,
  headers: Headers,
  rawBody: string,
): WebhookEvent {
  const credentials = holdersOf(config, headers.get('x-callback-token') ?? '');
  if (credentials.length === 0) {
    throw new WebhookRejected('not_authentic', 'the callback token is none of ours');
  }
  const { envelope, payout } = parse(rawBody);
  const businessId = envelope.business_id ?? payout?.businessId ?? null;
  if (!credentials.some((credential) => isAbout(credential, businessId))) {
    throw new WebhookRejected('foreign_account', 'the event is about a business that is not ours');
  }
  const sent = headers.get('webhook-id')?.trim();
  const known = sent && sent.length <= EVENT_ID_LENGTH_MAX ? sent : null;
  return toEvent(known ?? derivedId(envelope.event, payout, rawBody), envelope.event, payout);
}

/** Reads an event whose token was checked before, under the id that it was kept by. */
export function readXenditWebhook(eventId: string, rawBody: string): WebhookEvent {
  const { envelope, payout } = parse(rawBody);
  return toEvent(eventId, envelope.event, payout);
}

/** The credentials that this token belongs to. All are compared, whichever fits. */
function holdersOf(config: XenditConfig, given: string): XenditCredential[] {
  const digest = sha256(given);
  return [...config.credentials.values()].filter(
    ({ callbackTokens }) =>
      callbackTokens.filter((token) => timingSafeEqual(sha256(token), digest)).length > 0,
  );
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Events about a sub-account that we pay from name that one. */
const isAbout = ({ businessId, forUserId }: XenditCredential, named: string | null): boolean =>
  businessId === null || named === businessId || (forUserId !== null && named === forUserId);

const EVENTS: readonly (readonly [prefix: string, version: ApiVersion])[] = [
  ['payout.', 'v2'],
  ['v3_payout.', 'v3'],
];

/** The event, and its payout where it is about one. Both generations are read, whichever is used now. */
function parse(rawBody: string) {
  const envelope = readExactly(envelopeSchema, rawBody);
  if (!envelope) throw unreadable();
  const version = EVENTS.find(([prefix]) => envelope.event.startsWith(prefix))?.[1];
  if (!version) return { envelope, payout: null };
  const parsed = payoutSchema(version).safeParse(envelope.data);
  if (!parsed.success) throw unreadable();
  return { envelope, payout: parsed.data };
}

/** Xendit documents no id for these events; what happened to which payout is one. */
const derivedId = (event: string, payout: Payout | null, rawBody: string): string =>
  payout
    ? `${event}:${payout.id}:${payout.status}`.slice(0, EVENT_ID_LENGTH_MAX)
    : `${event}:${sha256(rawBody).toString('hex')}`;

function toEvent(eventId: string, type: string, payout: Payout | null): WebhookEvent {
  const { amountMinor = null, currency = null, reference = null, id = null } = payout ?? {};
  return {
    eventId,
    type,
    reference,
    providerPaymentId: id,
    amountMinor,
    currency,
    outcome:
      payout && amountMinor !== null
        ? payoutOutcome(payout, { ...payout, amountMinor })
        : payout && { kind: 'AMBIGUOUS', code: 'answer_mismatch' },
  };
}

const unreadable = (): WebhookRejected =>
  new WebhookRejected('unreadable', 'the body is not an event of this provider');
