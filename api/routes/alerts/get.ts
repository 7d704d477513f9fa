import { z } from '@hono/zod-openapi';
import { findAlert, noticesOf } from '../../../db/queries/alerts.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { alertOut, noticeOut, toAlert, toNotice } from '../../schemas/alert.ts';
import { idParams } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/alerts/{id}',
  tags: ['Alerts'],
  summary: 'One alert, and whom it was told',
  'x-permission': 'view',
  request: { params: idParams('alert') },
  responses: {
    200: json(
      'The alert with its newest 100 notices.',
      z.object({ alert: alertOut, notices: z.array(noticeOut) }),
    ),
    404: json('No such alert.', z.unknown()),
  },
});

/** One alert. */
export const getAlertRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { db } = c.var.deps;
  const alert = toAlert(await findAlert(db, id));
  return c.json({ alert, notices: (await noticesOf(db, id)).map(toNotice) }, 200);
});
