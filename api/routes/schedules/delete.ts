import { z } from '@hono/zod-openapi';
import { deleteSchedule } from '../../../db/queries/payout-schedules.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { idParams } from '../../schemas/common.ts';
import { scheduleOut, toSchedule } from '../../schemas/payout-schedule.ts';

const route = endpoint({
  method: 'delete',
  path: '/api/disbursement/schedules/{id}',
  tags: ['Schedules'],
  summary: 'Delete a payout schedule; its batches stay, and its periods are not paid again',
  'x-permission': 'rules',
  request: { params: idParams('schedule') },
  responses: {
    200: json('The schedule as it was.', z.object({ schedule: scheduleOut })),
    404: json('No such schedule.', z.unknown()),
  },
});

/** Deletes a schedule; what it ran stays in the tables. */
export const deleteScheduleRoute = newApp().openapi(route, async (c) => {
  const { db, temporal } = c.var.deps;
  const row = await deleteSchedule(db, c.req.valid('param').id, actorOf(c));
  temporal.syncSchedules(c.var.log);
  return c.json({ schedule: toSchedule(row, []) }, 200);
});
