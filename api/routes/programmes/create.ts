import { z } from '@hono/zod-openapi';
import { createProgramme } from '../../../db/queries/programmes.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { programmeFields, programmeOut, toProgramme } from '../../schemas/programme.ts';

const answer = z.object({ programme: programmeOut });

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/programmes',
  tags: ['Programmes'],
  summary: 'Add a programme',
  'x-permission': 'rules',
  'x-idempotent': true,
  request: {
    body: jsonBody(
      z.strictObject({ ...programmeFields, automatic: programmeFields.automatic.optional() }),
    ),
  },
  responses: {
    200: json('It stood already with the same content.', answer),
    201: json('Added.', answer),
    409: json('It stands with other content; nothing was changed.', z.unknown()),
  },
});

/** Adds a programme, once by its `externalId`. */
export const createProgrammeRoute = newApp().openapi(route, async (c) => {
  const { automatic, ...given } = c.req.valid('json');
  const id = c.var.newId('programme');
  const made = await createProgramme(c.var.deps.db, { id, ...given, automatic }, actorOf(c));
  return c.json({ programme: toProgramme(made.programme) }, made.created ? 201 : 200);
});
