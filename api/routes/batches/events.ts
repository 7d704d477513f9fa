import { z } from '@hono/zod-openapi';
import { answerStream } from '../../live/event-stream.ts';
import { endpoint, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { followBatch } from './follow.ts';
import { readBatch } from './read-batch.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/batches/{id}/events',
  tags: ['Batches'],
  summary: 'Progress of a batch as server-sent events, until it ends',
  'x-permission': 'view',
  request: {
    params: idParams('batch'),
    headers: z.object({
      'last-event-id': z
        .string()
        .regex(/^\d{1,15}$/)
        .optional(),
    }),
  },
  responses: {
    200: {
      description: 'Events `progress`, each a whole snapshot of the batch, then `end`.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
});

/**
 * Each event holds all there is to know, and its id is the newest audit row it has seen, so a client
 * that comes back with `Last-Event-ID` misses nothing: it gets the present state if that is newer.
 */
export const batchEvents = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const seen = Number(c.req.valid('header')['last-event-id'] ?? -1);
  await readBatch(c.var.deps.db, id);
  return answerStream(c, () => followBatch(c, id, seen));
});
