import { z } from '@hono/zod-openapi';
import { findEventBody, replayHint } from '../../../db/queries/webhook-events.ts';
import { replayWebhook } from '../../../db/queries/webhooks.ts';
import { VaultError } from '../../../db/vault.ts';
import { readKeptEvent } from '../../../db/webhook-body.ts';
import { DomainError } from '../../../domain/errors.ts';
import { WebhookRejected, type Provider, type WebhookEvent } from '../../../providers/port.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { continueParked } from '../../parked.ts';
import { providerName } from '../../schemas/common.ts';

const answer = z.object({
  result: z.string().meta({
    description:
      'What the event did this time; `waiting` where a look-up of its payment decides first.',
  }),
});

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/webhook-events/{provider}/{eventId}/replay',
  tags: ['Webhooks'],
  summary: 'Apply a stored event again, under the same guards as when it came',
  'x-permission': 'reconcile',
  'x-idempotent': true,
  request: {
    params: z.object({ provider: providerName, eventId: z.string().min(1).max(1_000) }),
    body: optionalJsonBody(z.strictObject({})),
  },
  responses: {
    200: json('Applied again.', answer),
    202: json('It waits for the look-up of its payment.', answer),
    404: json('No such event.', z.unknown()),
    409: json('This version does not read it.', z.unknown()),
  },
});

/** Replays one event. */
export const replayWebhookEvent = newApp().openapi(route, async (c) => {
  const { provider: name, eventId } = c.req.valid('param');
  const provider = c.var.deps.providers.named(name);
  if (!provider) throw notFound('provider');
  const body = await findEventBody(c.var.deps.db, name, eventId);
  if (body === null) throw notFound('event');
  const event = read(c, provider, eventId, body);
  const result = provider.capabilities.webhooksProve
    ? await apply(c, provider, event)
    : await confirm(c, provider, eventId);
  return c.json({ result }, result === 'waiting' ? 202 : 200);
});

async function apply(c: AppContext, provider: Provider, event: WebhookEvent) {
  const { db, temporal } = c.var.deps;
  const applied = await replayWebhook(db, provider.name, event, actorOf(c));
  temporal.signalSettled(applied.settledBatchIds, c.var.log);
  continueParked(c.var.deps, applied.verifiedPayeeIds, c.var.log);
  return applied.results[0] ?? 'ignored';
}

async function confirm(c: AppContext, provider: Provider, eventId: string) {
  const { db, inbox } = c.var.deps;
  const result = await replayHint(db, provider.name, eventId, actorOf(c));
  if (result === null) throw notFound('event');
  if (result === 'waiting') inbox.confirmSoon(provider.name);
  return result;
}

function read(c: AppContext, provider: Provider, eventId: string, body: string): WebhookEvent {
  try {
    return readKeptEvent(c.var.deps.vault, provider, eventId, body);
  } catch (error) {
    if (error instanceof WebhookRejected)
      throw new DomainError('invalid_state', 'This version does not read the stored event.');
    if (error instanceof VaultError) {
      throw new DomainError(
        'invalid_state',
        'The stored event cannot be opened; check that all keys of BURSAR_FIELD_KEYS are there.',
      );
    }
    throw error;
  }
}
