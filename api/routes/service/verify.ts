import { z } from '@hono/zod-openapi';
import { checkInvariants } from '../../../db/queries/invariants.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/verify',
  tags: ['Service'],
  summary: 'Check the invariants of the books',
  'x-permission': 'audit',
  responses: {
    200: json(
      'Each invariant with its breaches; none is as it must be.',
      z.object({
        ok: z.boolean(),
        invariants: z.array(
          z.object({
            id: z.string(),
            title: z.string(),
            breaches: z.int(),
            examples: z.array(z.string()),
          }),
        ),
      }),
    ),
  },
});

/** Runs every check over the whole database; on a large one this takes a while. */
export const getVerify = newApp().openapi(route, async (c) => {
  const invariants = await checkInvariants(c.var.deps.db);
  return c.json({ ok: invariants.every(({ breaches }) => breaches === 0), invariants }, 200);
});
