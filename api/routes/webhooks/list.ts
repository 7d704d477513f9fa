import { z } from '@hono/zod-openapi';
import { listEvents } from '../../../db/queries/webhook-events.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { idOf, providerName } from '../../schemas/common.ts';
import { eventResult, storedEventOut, toStoredEvent } from '../../schemas/webhook-event.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/webhook-events',
  tags: ['Webhooks'],
  summary: 'Events of providers as they were stored, newest first, without their bodies',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      provider: providerName.optional(),
      result: eventResult.optional(),
      paymentId: idOf('payment').optional(),
      batchId: idOf('batch').optional().meta({ description: 'About any payment of this batch.' }),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(
      'A page.',
      z.object({ webhookEvents: z.array(storedEventOut), nextCursor: nextCursorField }),
    ),
  },
});

const instantOfRow = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?$/);

/** The inbox. */
export const listWebhookEvents = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const before = readCursor(cursor, z.tuple([instantOfRow, z.string(), z.string()]));
  const found = await listEvents(c.var.deps.db, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [
    row.place,
    row.provider,
    row.event_id,
  ]);
  return c.json({ webhookEvents: rows.map(toStoredEvent), nextCursor }, 200);
});
