import { z } from '@hono/zod-openapi';
import { findSplitModel } from '../../../db/queries/split-models.ts';
import { splitRelease } from '../../../domain/split.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid } from '../../http/problems.ts';
import { amountOut, currencyCode, positiveAmount } from '../../schemas/common.ts';
import { modelVersion, platformId, splitOut, toSplit } from '../../schemas/revenue.ts';

const route = endpoint({
  method: 'post',
  path: '/revenue/calculate',
  tags: ['Revenue'],
  summary: 'How an amount would be divided; nothing is kept',
  'x-permission': 'verify',
  request: {
    body: jsonBody(
      z.strictObject({
        projectId: platformId,
        amount: positiveAmount,
        currency: currencyCode,
        version: modelVersion.optional(),
      }),
    ),
  },
  responses: {
    200: json(
      'The parts; they sum to the amount exactly.',
      splitOut.extend({
        projectId: z.string(),
        modelVersion: z.int(),
        currency: z.string(),
        amount: amountOut,
      }),
    ),
  },
});

/** Divides an amount as a release of it would be divided. */
export const calculateSplit = newApp().openapi(route, async (c) => {
  const { projectId, amount, currency, version } = c.req.valid('json');
  const stored = await findSplitModel(c.var.deps.db, projectId, version);
  if (!stored) {
    throw version === undefined
      ? invalid('projectId', 'has no split model yet; PUT one first')
      : invalid('version', 'is none that the project has');
  }
  const split = splitRelease(stored.model, { amountMinor: BigInt(amount), currency });
  const answer = { projectId, modelVersion: stored.version, currency, amount, ...toSplit(split) };
  return c.json(answer, 200);
});
