import { z } from '@hono/zod-openapi';
import { findCase } from '../../../db/queries/work-cases.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { caseAnswer, toCase } from '../../schemas/case.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/cases/{id}',
  tags: ['Cases'],
  summary: 'One case',
  'x-permission': 'view',
  request: { params: idParams('case') },
  responses: {
    200: json('The case.', caseAnswer),
    404: json('No such case.', z.unknown()),
  },
});

/** One case. */
export const getCase = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  return c.json({ case: toCase(await findCase(c.var.deps.db, id)) }, 200);
});
