import { z } from '@hono/zod-openapi';
import { readPolicy } from '../../../db/queries/security-policy.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { policyOut, toPolicy } from './policy.ts';

const route = endpoint({
  method: 'get',
  path: '/api/admin/security-policy',
  tags: ['Administration'],
  summary: 'How careful this installation is',
  'x-permission': 'audit',
  responses: { 200: json('The policy.', z.object({ policy: policyOut })) },
});

/** The policy as it is now. */
export const getPolicyRoute = newApp().openapi(route, async (c) =>
  c.json({ policy: toPolicy(await readPolicy(c.var.deps.db)) }, 200),
);
