import { z } from '@hono/zod-openapi';
import { endpoint, newApp } from '../../http/endpoint.ts';

const route = endpoint({
  method: 'get',
  path: '/metrics',
  tags: ['Service'],
  summary: 'Metrics for Prometheus',
  'x-permission': 'public',
  responses: {
    200: {
      description: 'Counts and ages, no names.',
      content: { 'text/plain': { schema: z.string() } },
    },
  },
});

/** What a Prometheus server scrapes. */
export const getMetrics = newApp().openapi(route, async (c) =>
  c.text(await c.var.deps.metrics.text(), 200),
);
