import { z } from '@hono/zod-openapi';
import { endpoint, json, newApp } from '../../http/endpoint.ts';

const route = endpoint({
  method: 'get',
  path: '/healthz',
  tags: ['Service'],
  summary: 'The process is alive',
  'x-permission': 'public',
  responses: { 200: json('Alive.', z.object({ status: z.literal('ok') })) },
});

/** Says that the process answers; it asks nobody else. */
export const getHealthz = newApp().openapi(route, (c) => c.json({ status: 'ok' as const }, 200));
