import { z } from '@hono/zod-openapi';
import { findEvent } from '../../../db/queries/webhook-events.ts';
import { VaultError } from '../../../db/vault.ts';
import { openKeptBody } from '../../../db/webhook-body.ts';
import { maskPayload } from '../../../domain/event-payload.ts';
import type { AppContext } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { providerName } from '../../schemas/common.ts';
import { storedEventOut, toStoredEvent } from '../../schemas/webhook-event.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/webhook-events/{provider}/{eventId}',
  tags: ['Webhooks'],
  summary: 'A stored event with its body, in which only what happened is readable',
  'x-permission': 'view',
  request: {
    params: z.object({ provider: providerName, eventId: z.string().min(1).max(1_000) }),
  },
  responses: {
    200: json(
      'The event.',
      z.object({
        webhookEvent: storedEventOut,
        payload: z.record(z.string(), z.unknown()).nullable().meta({
          description:
            'Names, accounts and whatever else is not known are struck out; null where it cannot be read.',
        }),
      }),
    ),
    404: json('No such event.', z.unknown()),
  },
});

/** One event. Its body may hold a payee's data, none of which is answered. */
export const getWebhookEvent = newApp().openapi(route, async (c) => {
  const { provider, eventId } = c.req.valid('param');
  const found = await findEvent(c.var.deps.db, provider, eventId);
  if (!found) throw notFound('event');
  const webhookEvent = toStoredEvent(found);
  return c.json({ webhookEvent, payload: readPayload(c, webhookEvent, found.payload) }, 200);
});

function readPayload(
  c: AppContext,
  { provider: name, eventId }: { provider: string; eventId: string },
  payload: string,
) {
  const provider = c.var.deps.providers.named(name);
  if (!provider) return null;
  try {
    return maskPayload(openKeptBody(c.var.deps.vault, provider, eventId, payload));
  } catch (error) {
    // Its key is not there any more; the event is told all the same.
    if (error instanceof VaultError) return null;
    throw error;
  }
}
