import { z } from '@hono/zod-openapi';
import { findHold, releaseHold } from '../../../db/queries/holds.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { continueParked } from '../../parked.ts';
import { guardAction } from '../../risk-guard.ts';
import { idParams, text } from '../../schemas/common.ts';
import { holdAnswer, toHold } from '../../schemas/hold.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/holds/{id}/release',
  tags: ['Holds'],
  summary: 'Release a hold; what waited for it goes on',
  'x-permission': 'cancel',
  'x-idempotent': true,
  request: {
    params: idParams('hold'),
    body: jsonBody(z.strictObject({ reason: text(500) })),
  },
  responses: {
    200: json('Released.', holdAnswer),
    404: json('No such hold.', z.unknown()),
    409: json('It was released already, or its batch is being cancelled.', z.unknown()),
  },
});

/** Releases a hold. */
export const releaseHoldRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { reason } = c.req.valid('json');
  const { db, temporal } = c.var.deps;
  await findHold(db, id);
  await guardAction(c, 'pay');
  const { hold, batchId } = await releaseHold(db, id, reason, actorOf(c));
  if (batchId !== null) temporal.wakeBatch(batchId, c.var.log);
  if (hold.subjectKind === 'payee') continueParked(c.var.deps, [hold.subjectId], c.var.log);
  return c.json({ hold: toHold(hold) }, 200);
});
