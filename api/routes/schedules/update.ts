import { z } from '@hono/zod-openapi';
import { findSchedule, updateSchedule } from '../../../db/queries/payout-schedules.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { guardAction } from '../../risk-guard.ts';
import { idParams } from '../../schemas/common.ts';
import { scheduleFields, scheduleOut } from '../../schemas/payout-schedule.ts';
import { assertCalendar, assertTogether, requireProcess } from './checks.ts';
import { withNextRunsOf } from './with-next-runs.ts';

const route = endpoint({
  method: 'patch',
  path: '/api/disbursement/schedules/{id}',
  tags: ['Schedules'],
  summary: 'Change a payout schedule; its programme, frequency, currency and provider stay',
  'x-permission': 'rules',
  request: {
    params: idParams('schedule'),
    body: jsonBody(
      z
        .strictObject(scheduleFields)
        .partial()
        .refine((change) => Object.keys(change).length > 0, 'must change something'),
    ),
  },
  responses: {
    200: json('The schedule as it is now.', z.object({ schedule: scheduleOut })),
    404: json('No such schedule.', z.unknown()),
  },
});

/** Changes what a schedule does from now on; periods that it ran stay as they are. */
export const updateScheduleRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { limitAmount, ...given } = c.req.valid('json');
  const { db, temporal } = c.var.deps;
  const change = {
    ...given,
    ...(limitAmount !== undefined && {
      limitMinor: limitAmount === null ? null : BigInt(limitAmount),
    }),
  };
  const row = await findSchedule(db, id);
  const leavesLimit = change.mode !== undefined && change.mode !== 'run_below';
  const planned = {
    ...row,
    ...(leavesLimit && { limitMinor: null }),
    ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
  };
  assertTogether(planned);
  const pays = await requireProcess(c, planned);
  await assertCalendar(db, change);
  if (pays) await guardAction(c, 'pay');
  const changed = await updateSchedule(db, id, change, actorOf(c));
  temporal.syncSchedules(c.var.log);
  return c.json({ schedule: await withNextRunsOf(db, changed) }, 200);
});
