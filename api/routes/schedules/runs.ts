import { z } from '@hono/zod-openapi';
import { findSchedule } from '../../../db/queries/payout-schedules.ts';
import { listScheduleRuns } from '../../../db/queries/schedule-runs.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { idParams } from '../../schemas/common.ts';
import { runOut, toRun } from '../../schemas/payout-schedule.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/schedules/{id}/runs',
  tags: ['Schedules'],
  summary: 'What became of the periods of a schedule, the latest first',
  'x-permission': 'view',
  request: { params: idParams('schedule'), query: z.strictObject(pageQuery) },
  responses: {
    200: json('A page.', z.object({ runs: z.array(runOut), nextCursor: nextCursorField })),
    404: json('No such schedule.', z.unknown()),
  },
});

/** Runs of a schedule, with their batches. */
export const listScheduleRunsRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { cursor, limit } = c.req.valid('query');
  const { db } = c.var.deps;
  const [before] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  await findSchedule(db, id);
  const found = await listScheduleRuns(db, { scheduleId: id, before, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.period]);
  return c.json({ runs: rows.map(toRun), nextCursor }, 200);
});
