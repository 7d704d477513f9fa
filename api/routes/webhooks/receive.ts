import { z } from '@hono/zod-openapi';
import { WebhookRejected, type Provider } from '../../../providers/port.ts';
import { DomainError } from '../../../domain/errors.ts';
import { clientAddress, type AppContext } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { providerParams } from '../../schemas/common.ts';

const BODY_BYTES_MAX = 262_144;

const route = endpoint({
  method: 'post',
  path: '/webhooks/{provider}',
  tags: ['Webhooks'],
  summary: "A provider's event; its own proof is its credential",
  'x-permission': 'public',
  'x-body-max': BODY_BYTES_MAX,
  request: { params: providerParams },
  responses: {
    200: json('Stored, and applied where it fits.', z.object({ result: z.string() })),
    401: json('Not proved to be from the provider.', z.unknown()),
  },
});

/** Takes an event in. It is committed before it is answered; a duplicate is answered the same. */
export const receiveWebhook = newApp().openapi(route, async (c) => {
  const provider = c.var.deps.providers.named(c.req.valid('param').provider);
  if (!provider) throw notFound('provider');
  const payload = await c.req.text();
  const event = verify(c, provider, payload);
  return c.json({ result: await c.var.deps.inbox.receive(provider, { event, payload }) }, 200);
});

function verify(c: AppContext, provider: Provider, payload: string) {
  try {
    return provider.verifyWebhook(c.req.raw.headers, payload);
  } catch (error) {
    if (!(error instanceof WebhookRejected)) throw error;
    c.var.deps.rejections.note({
      provider: provider.name,
      reason: error.reason,
      ipAddress: clientAddress(c),
    });
    if (error.reason === 'not_authentic') {
      throw new DomainError('unauthorized', 'The event is not proved to come from the provider.');
    }
    if (error.reason === 'foreign_account') {
      throw new DomainError('unauthorized', 'The event is about an account that is not ours.');
    }
    throw new DomainError('validation_error', 'The event is authentic but not readable.');
  }
}
