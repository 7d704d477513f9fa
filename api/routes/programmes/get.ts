import { z } from '@hono/zod-openapi';
import { findProgramme } from '../../../db/queries/programmes.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { notFound } from '../../http/problems.ts';
import { idParams } from '../../schemas/common.ts';
import { programmeOut, toProgramme } from '../../schemas/programme.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/programmes/{id}',
  tags: ['Programmes'],
  summary: 'A programme',
  'x-permission': 'view',
  request: { params: idParams('programme') },
  responses: {
    200: json('The programme.', z.object({ programme: programmeOut })),
    404: json('No such programme.', z.unknown()),
  },
});

/** One programme. */
export const getProgramme = newApp().openapi(route, async (c) => {
  const programme = await findProgramme(c.var.deps.db, c.req.valid('param').id);
  if (!programme) throw notFound('programme');
  return c.json({ programme: toProgramme(programme) }, 200);
});
