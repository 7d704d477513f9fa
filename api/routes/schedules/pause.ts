import { z } from '@hono/zod-openapi';
import { findSchedule, pauseSchedule } from '../../../db/queries/payout-schedules.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { guardAction } from '../../risk-guard.ts';
import { idParams, text } from '../../schemas/common.ts';
import { scheduleOut } from '../../schemas/payout-schedule.ts';
import { requireProcess } from './checks.ts';
import { withNextRunsOf } from './with-next-runs.ts';

const body = jsonBody(z.strictObject({ reason: text(500) }));
const answer = {
  200: json('The schedule as it is now.', z.object({ schedule: scheduleOut })),
  404: json('No such schedule.', z.unknown()),
};

const pauseRoute = endpoint({
  method: 'post',
  path: '/api/disbursement/schedules/{id}/pause',
  tags: ['Schedules'],
  summary: 'Have a payout schedule run nothing until it is resumed',
  'x-permission': 'rules',
  request: { params: idParams('schedule'), body },
  responses: answer,
});

const resumeRoute = endpoint({
  method: 'post',
  path: '/api/disbursement/schedules/{id}/resume',
  tags: ['Schedules'],
  summary: 'Have a payout schedule go on; what it missed within its catch-up hours is made up for',
  'x-permission': 'rules',
  request: { params: idParams('schedule'), body },
  responses: answer,
});

/** Pauses a schedule; what it made goes on. */
export const pauseScheduleRoute = newApp().openapi(pauseRoute, async (c) =>
  c.json(await change(c, c.req.valid('param').id, true, c.req.valid('json').reason), 200),
);

/** Resumes a schedule. */
export const resumeScheduleRoute = newApp().openapi(resumeRoute, async (c) =>
  c.json(await change(c, c.req.valid('param').id, false, c.req.valid('json').reason), 200),
);

async function change(c: AppContext, id: string, paused: boolean, reason: string) {
  const { db, temporal } = c.var.deps;
  const pays = !paused && (await requireProcess(c, await findSchedule(db, id)));
  if (pays) await guardAction(c, 'pay');
  const row = await pauseSchedule(db, id, { paused, reason }, actorOf(c));
  temporal.syncSchedules(c.var.log);
  return { schedule: await withNextRunsOf(db, row) };
}
