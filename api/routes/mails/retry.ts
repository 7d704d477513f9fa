import { z } from '@hono/zod-openapi';
import { retryMail } from '../../../db/queries/payee-mails.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { mailOut, toMail } from '../../schemas/mail.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/mails/{id}/retry',
  tags: ['Mails'],
  summary: 'Send a mail again that failed, or of which nobody knows whether it was sent',
  'x-permission': 'process',
  request: { params: idParams('mail'), body: optionalJsonBody(z.strictObject({})) },
  responses: {
    202: json('It is sent within a minute.', z.object({ mail: mailOut })),
    404: json('No such mail.', z.unknown()),
    409: json('It is sent, or is being sent.', z.unknown()),
  },
});

/** Has a mail sent again. */
export const retryMailRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const row = await retryMail(c.var.deps.db, id, actorOf(c));
  return c.json({ mail: toMail(row) }, 202);
});
