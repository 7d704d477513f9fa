import { z } from '@hono/zod-openapi';
import { listAlerts } from '../../../db/queries/alerts.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { alertOut, alertSeverity, alertStatus, toAlert } from '../../schemas/alert.ts';
import { idOf } from '../../schemas/common.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/alerts',
  tags: ['Alerts'],
  summary: 'What the alert rules found, newest first',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      status: alertStatus.optional(),
      severity: alertSeverity.optional(),
      ruleId: idOf('alertRule').optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json('A page.', z.object({ alerts: z.array(alertOut), nextCursor: nextCursorField })),
  },
});

/** Alerts that fire or did, and those that may soon. */
export const listAlertsRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, ...filter } = c.req.valid('query');
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listAlerts(c.var.deps.db, { ...filter, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ alerts: rows.map(toAlert), nextCursor }, 200);
});
