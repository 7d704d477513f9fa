import { z } from '@hono/zod-openapi';
import { listMails } from '../../../db/queries/payee-mails.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { idOf } from '../../schemas/common.ts';
import { mailEvent, mailOut, mailStatus, toMail } from '../../schemas/mail.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/mails',
  tags: ['Mails'],
  summary: 'Mails to payees, newest first',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      affiliateId: idOf('payee').optional(),
      status: mailStatus.optional(),
      event: mailEvent.optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ mails: z.array(mailOut), nextCursor: nextCursorField })),
  },
});

/** Mails to payees. */
export const listMailsRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, affiliateId, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listMails(c.var.deps.db, {
    ...filter,
    payeeId: affiliateId,
    before,
    limit: limit + 1,
  });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ mails: rows.map(toMail), nextCursor }, 200);
});
