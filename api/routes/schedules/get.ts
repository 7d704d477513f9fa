import { z } from '@hono/zod-openapi';
import { findSchedule } from '../../../db/queries/payout-schedules.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { scheduleOut } from '../../schemas/payout-schedule.ts';
import { withNextRunsOf } from './with-next-runs.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/schedules/{id}',
  tags: ['Schedules'],
  summary: 'A payout schedule with its next runs',
  'x-permission': 'view',
  request: { params: idParams('schedule') },
  responses: {
    200: json('The schedule.', z.object({ schedule: scheduleOut })),
    404: json('No such schedule.', z.unknown()),
  },
});

/** One schedule. */
export const getSchedule = newApp().openapi(route, async (c) => {
  const { db } = c.var.deps;
  const row = await findSchedule(db, c.req.valid('param').id);
  return c.json({ schedule: await withNextRunsOf(db, row) }, 200);
});
