import { z } from '@hono/zod-openapi';
import { placeHold } from '../../../db/queries/place-hold.ts';
import { findPayment } from '../../../db/queries/payments.ts';
import { ID_PREFIXES } from '../../../domain/ids.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid } from '../../http/problems.ts';
import { instant, text } from '../../schemas/common.ts';
import { heldId, holdAnswer, holdSubject, toHold } from '../../schemas/hold.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/holds',
  tags: ['Holds'],
  summary: 'Put an affiliate, a commission or a payment on hold',
  'x-permission': 'cancel',
  'x-idempotent': true,
  request: {
    body: jsonBody(
      z.strictObject({
        subject: holdSubject,
        id: heldId,
        reason: text(500),
        owner: text(200)
          .optional()
          .meta({ description: 'Who sees to it; the caller, where nobody is named.' }),
        expiresAt: instant.optional(),
        kind: z.enum(['manual', 'risk']).default('manual'),
      }),
    ),
  },
  responses: {
    201: json('On hold.', holdAnswer),
    404: json('No such affiliate, commission or payment.', z.unknown()),
    409: json('It cannot be held where it stands; the message says what to do.', z.unknown()),
  },
});

/** Puts an affiliate, a commission or a payment on hold. */
export const placeHoldRoute = newApp().openapi(route, async (c) => {
  const { id, expiresAt = null, owner, ...given } = c.req.valid('json');
  const { db, temporal } = c.var.deps;
  if (!id.startsWith(ID_PREFIXES[given.subject]))
    throw invalid('id', `is not the id of a ${given.subject}`);
  if (expiresAt !== null && expiresAt.getTime() <= Date.now())
    throw invalid('expiresAt', 'has passed already');
  const actor = actorOf(c);
  const hold = await placeHold(db, {
    ...given,
    id: c.var.newId('hold'),
    subjectId: id,
    owner: owner ?? actor.id,
    expiresAt,
    actor,
  });
  const payment = given.subject === 'payment' ? await findPayment(db, id) : undefined;
  if (payment) temporal.signalSettled([payment.batchId], c.var.log);
  return c.json({ hold: toHold(hold) }, 201);
});
