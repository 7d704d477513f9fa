import { z } from '@hono/zod-openapi';
import { listSchedules } from '../../../db/queries/payout-schedules.ts';
import { endpoint, json, newApp } from '../../http/endpoint.ts';
import { nextCursorField, pageOf, pageQuery, readCursor } from '../../http/paging.ts';
import { idOf } from '../../schemas/common.ts';
import { scheduleOut } from '../../schemas/payout-schedule.ts';
import { withNextRuns } from './with-next-runs.ts';

const route = endpoint({
  method: 'get',
  path: '/api/disbursement/schedules',
  tags: ['Schedules'],
  summary: 'Payout schedules with their next runs, in the order in which they were made',
  'x-permission': 'view',
  request: {
    query: z.strictObject({
      programmeId: idOf('programme').optional(),
      ...pageQuery,
      // The next runs of each are reckoned for the answer.
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: {
    200: json(
      'A page.',
      z.object({ schedules: z.array(scheduleOut), nextCursor: nextCursorField }),
    ),
  },
});

/** Schedules that were not deleted. */
export const listSchedulesRoute = newApp().openapi(route, async (c) => {
  const { cursor, limit, programmeId } = c.req.valid('query');
  const { db } = c.var.deps;
  const [after] = readCursor(cursor, z.tuple([z.string()])) ?? [];
  const found = await listSchedules(db, { programmeId, after, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  return c.json({ schedules: await withNextRuns(db, rows), nextCursor }, 200);
});
