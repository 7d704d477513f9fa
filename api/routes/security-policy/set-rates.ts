import { z } from '@hono/zod-openapi';
import { listRates, setRates } from '../../../db/queries/currency-rates.ts';
import { loadPolicy } from '../../../db/queries/security-policy.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid } from '../../http/problems.ts';
import { currencyCode } from '../../schemas/common.ts';
import { rateOut, toRate } from './rates.ts';

const RATES_MAX = 200;

const rate = z.strictObject({
  currency: currencyCode,
  day: z.iso.date().optional().meta({ description: 'From that day on; today unless told.' }),
  rate: z
    .string()
    .regex(/^\d{1,12}(\.\d{1,12})?$/, 'must be a decimal, like 1.0834')
    .refine((text) => /[1-9]/.test(text), 'must be above zero')
    .meta({ description: 'What one major unit of the currency is worth in the base currency.' }),
});

const route = endpoint({
  method: 'put',
  path: '/api/admin/currency-rates',
  tags: ['Administration'],
  summary: 'Set what currencies are worth in the base currency of the policy',
  'x-permission': 'settings',
  'x-step-up': true,
  request: {
    body: jsonBody(z.strictObject({ rates: z.array(rate).min(1).max(RATES_MAX) })),
  },
  responses: { 200: json('All rates.', z.object({ rates: z.array(rateOut) })) },
});

/** Sets rates; one that stands for that day already is replaced. */
export const setRatesRoute = newApp().openapi(route, async (c) => {
  const { db } = c.var.deps;
  const { baseCurrency } = await loadPolicy(db);
  const today = new Date().toISOString().slice(0, 10);
  const rates = c.req
    .valid('json')
    .rates.map(({ day = today, ...each }) => ({ ...each, day, baseCurrency }));
  const keys = rates.map(({ currency, day }) => `${currency} ${day}`);
  if (new Set(keys).size < keys.length) throw invalid('rates', 'name a currency and day twice');
  if (rates.some(({ currency }) => currency === baseCurrency))
    throw invalid('rates', `${baseCurrency} is the base currency; its rate is 1`);
  await setRates(db, rates, actorOf(c));
  return c.json({ rates: (await listRates(db)).map(toRate) }, 200);
});
