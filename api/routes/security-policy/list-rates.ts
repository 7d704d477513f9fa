import { z } from '@hono/zod-openapi';
import { listRates } from '../../../db/queries/currency-rates.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { rateOut, toRate } from './rates.ts';

const route = endpoint({
  method: 'get',
  path: '/api/admin/currency-rates',
  tags: ['Administration'],
  summary: 'What currencies are worth where amounts are compared',
  'x-permission': 'audit',
  responses: { 200: json('The rates.', z.object({ rates: z.array(rateOut) })) },
});

/** All rates, by currency. */
export const listRatesRoute = newApp().openapi(route, async (c) =>
  c.json({ rates: (await listRates(c.var.deps.db)).map(toRate) }, 200),
);
