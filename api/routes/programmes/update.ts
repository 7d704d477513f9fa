import { z } from '@hono/zod-openapi';
import { updateProgramme } from '../../../db/queries/programmes.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { programmeFields, programmeOut, toProgramme } from '../../schemas/programme.ts';

const route = endpoint({
  method: 'patch',
  path: '/api/disbursement/programmes/{id}',
  tags: ['Programmes'],
  summary: 'Rename a programme, or say whether it calculates by itself',
  'x-permission': 'rules',
  request: {
    params: idParams('programme'),
    body: jsonBody(
      z
        .strictObject({
          name: programmeFields.name.optional(),
          automatic: programmeFields.automatic.optional(),
        })
        .refine((change) => Object.keys(change).length > 0, 'must change something'),
    ),
  },
  responses: {
    200: json('The programme as it is now.', z.object({ programme: programmeOut })),
    404: json('No such programme.', z.unknown()),
  },
});

/** Changes a programme. Its external id and its zone stay. */
export const updateProgrammeRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const change = c.req.valid('json');
  const programme = await updateProgramme(c.var.deps.db, id, change, actorOf(c));
  return c.json({ programme: toProgramme(programme) }, 200);
});
