import { z } from '@hono/zod-openapi';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { readComponents } from './components.ts';

const components = z.object({ postgres: z.boolean(), temporal: z.boolean(), worker: z.boolean() });
const answer = z.object({ ready: z.boolean(), components, missing: z.array(z.string()) });

const route = endpoint({
  method: 'get',
  path: '/readyz',
  tags: ['Service'],
  summary: 'A batch could be paid now: Postgres, Temporal and a worker answer',
  'x-permission': 'public',
  responses: { 200: json('Ready.', answer), 503: json('Which part is missing.', answer) },
});

/** Asks each part that a payment needs. */
export const getReadyz = newApp().openapi(route, async (c) => {
  const found = await readComponents(c);
  const missing = Object.entries(found).flatMap(([name, answers]) => (answers ? [] : [name]));
  const body = { ready: missing.length === 0, components: found, missing };
  if (missing.length === 0) return c.json(body, 200);
  c.header('retry-after', '1');
  return c.json(body, 503);
});
