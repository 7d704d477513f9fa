import { z } from '@hono/zod-openapi';
import { openReconciliation } from '../../../db/queries/reconcile-runs.ts';
import { dayOf } from '../../../domain/day.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid, NotPayable } from '../../http/problems.ts';
import { providerName } from '../../schemas/common.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/reconciliations',
  tags: ['Reconciliations'],
  summary: "Hold a day of our books against a provider's list and balance",
  'x-permission': 'reconcile',
  request: {
    body: jsonBody(
      z.strictObject({
        provider: providerName,
        day: z.iso.date().meta({ description: 'In UTC; today or before.', example: '2026-01-31' }),
      }),
    ),
  },
  responses: {
    202: json(
      'Under way; one that was under way already is joined.',
      z.object({
        reconciliation: z.object({ id: z.string(), provider: z.string(), day: z.string() }),
        workflowId: z.string(),
      }),
    ),
  },
});

/** Begins a reconciliation, or joins the one of that day that is under way. */
export const createReconciliation = newApp().openapi(route, async (c) => {
  const { provider, day } = c.req.valid('json');
  const { db, providers, temporal } = c.var.deps;
  if (!providers.named(provider)) {
    throw new NotPayable(
      'provider_unsupported',
      `The provider ${provider} is not configured here.`,
    );
  }
  if (day > dayOf(new Date())) throw invalid('day', 'has not begun yet, in UTC');
  const request = { provider, day, requestedBy: c.var.caller.actor };
  const id = await openReconciliation(db, { ...request, id: c.var.newId('reconciliation') });
  const workflowId = await temporal.startReconciliation(request);
  return c.json({ reconciliation: { id, provider, day }, workflowId }, 202);
});
