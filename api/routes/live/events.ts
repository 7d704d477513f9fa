import { z } from '@hono/zod-openapi';
import { POSITION_LENGTH_MAX } from '../../../domain/live/position.ts';
import { answerStream } from '../../live/event-stream.ts';
import { followNews } from '../../live/follow.ts';
import { endpoint, newApp } from '../../http/endpoint.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/live',
  tags: ['Live'],
  summary: 'What changes, as server-sent events: which lists and details are to be read anew',
  'x-permission': 'view',
  request: {
    headers: z.object({
      'last-event-id': z
        .string()
        .max(POSITION_LENGTH_MAX)
        .optional()
        .meta({ description: 'Goes on after that event; some may come again, none is left out.' }),
    }),
  },
  responses: {
    200: {
      description:
        '`hello` first; then `news`, each `{topic, batchId?, paymentId?, action}`, and `reload` where all is to be read anew.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
});

/** News for screens, as they are committed. Says that something has changed, never what it says now. */
export const liveEvents = newApp().openapi(route, (c) =>
  answerStream(c, () => followNews(c, c.req.valid('header')['last-event-id'])),
);
