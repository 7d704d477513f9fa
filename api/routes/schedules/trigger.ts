import { z } from '@hono/zod-openapi';
import { writeAudit } from '../../../db/queries/audit.ts';
import { holidaySet } from '../../../db/queries/holidays.ts';
import { findSchedule, type ScheduleRow } from '../../../db/queries/payout-schedules.ts';
import type { Db } from '../../../db/client.ts';
import { localAt } from '../../../domain/calendar/local-time.ts';
import { periodNamed } from '../../../domain/calendar/periods.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, newApp, optionalJsonBody } from '../../http/endpoint.ts';
import { invalid } from '../../http/problems.ts';
import { guardAction } from '../../risk-guard.ts';
import { idParams } from '../../schemas/common.ts';
import { requireProcess } from './checks.ts';

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/schedules/{id}/trigger',
  tags: ['Schedules'],
  summary: 'Run what is due now, or one period up to today, also while the schedule is paused',
  'x-permission': 'rules',
  'x-idempotent': true,
  request: {
    params: idParams('schedule'),
    body: optionalJsonBody(
      z.strictObject({
        period: z.string().max(40).optional().meta({ example: 'week/2026-11-23' }),
      }),
    ),
  },
  responses: {
    202: json(
      'Begun. What a period made before stays as it is.',
      z.object({ workflowId: z.string() }),
    ),
    404: json('No such schedule.', z.unknown()),
  },
});

/** Runs a schedule out of turn, in its own mode. */
export const triggerScheduleRoute = newApp().openapi(route, async (c) => {
  const { id } = c.req.valid('param');
  const { period } = c.req.valid('json');
  const { db, temporal } = c.var.deps;
  const schedule = await findSchedule(db, id);
  if (period !== undefined) await assertPeriod(db, schedule, period);
  if (await requireProcess(c, schedule)) await guardAction(c, 'pay');
  const actor = actorOf(c);
  await writeAudit(db, {
    action: 'schedule.triggered',
    status: 'INFO',
    actor,
    details: { scheduleId: id, ...(period !== undefined && { period }) },
  });
  const workflowId = await temporal.triggerSchedule({ scheduleId: id, period, actor });
  return c.json({ workflowId }, 202);
});

async function assertPeriod(db: Db, schedule: ScheduleRow, label: string): Promise<void> {
  const period = periodNamed(schedule, await holidaySet(db, schedule.calendar), label);
  if (!period) throw invalid('period', 'is none that the schedule has, like week/2026-11-23');
  if (period.nominalDay > localAt(Date.now(), schedule.zone).day)
    throw invalid('period', 'lies after today');
}
