import { z } from '@hono/zod-openapi';
import { writeAudit } from '../../../db/queries/audit.ts';
import {
  findSchedule,
  listSchedules,
  type ScheduleRow,
} from '../../../db/queries/payout-schedules.ts';
import { backfillWorkflowId, isId } from '../../../domain/ids.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid, notFound } from '../../http/problems.ts';
import { idOf, idParams } from '../../schemas/common.ts';
import { backfillOut, spanFields } from '../../schemas/payout-schedule.ts';
import { assertSpan } from './checks.ts';

const SCHEDULES_MAX = 200;

const BEGUN = json('Begun; nothing of it is sent.', z.object({ workflowId: z.string() }));
const UNDER_WAY = json('One is under way (`invalid_state`).', z.unknown());

const scheduleRoute = endpoint({
  method: 'post',
  path: '/api/disbursement/schedules/{id}/backfill',
  tags: ['Schedules'],
  summary: 'Propose the batches of a span as they would have been made then',
  'x-permission': 'rules',
  'x-idempotent': true,
  request: { params: idParams('schedule'), body: jsonBody(z.strictObject(spanFields)) },
  responses: { 202: BEGUN, 404: json('No such schedule.', z.unknown()), 409: UNDER_WAY },
});

const programmeRoute = endpoint({
  method: 'post',
  path: '/api/disbursement/backfills',
  tags: ['Schedules'],
  summary: 'The same for all schedules of a programme, in the order in which they would have run',
  'x-permission': 'rules',
  'x-idempotent': true,
  request: {
    body: jsonBody(z.strictObject({ programmeId: idOf('programme'), ...spanFields })),
  },
  responses: { 202: BEGUN, 409: UNDER_WAY },
});

const stateRoute = endpoint({
  method: 'get',
  path: '/api/disbursement/backfills/{id}',
  tags: ['Schedules'],
  summary: 'How far the last backfill of a schedule or programme is',
  'x-permission': 'view',
  request: {
    params: z.object({
      id: z.string().refine((id) => isId('schedule', id) || isId('programme', id)),
    }),
  },
  responses: {
    200: json('The backfill.', z.object({ backfill: backfillOut })),
    404: json('There is none.', z.unknown()),
  },
});

/** Replays one schedule. */
export const backfillScheduleRoute = newApp().openapi(scheduleRoute, async (c) => {
  const { id } = c.req.valid('param');
  const schedule = await findSchedule(c.var.deps.db, id);
  return c.json(await begin(c, id, [schedule], c.req.valid('json')), 202);
});

/** Replays all schedules of a programme. */
export const backfillProgrammeRoute = newApp().openapi(programmeRoute, async (c) => {
  const { programmeId, ...span } = c.req.valid('json');
  const schedules = await listSchedules(c.var.deps.db, { programmeId, limit: SCHEDULES_MAX });
  if (schedules.length === 0) throw invalid('programmeId', 'has no schedule');
  return c.json(await begin(c, programmeId, schedules, span), 202);
});

/** The state of a backfill. */
export const getBackfill = newApp().openapi(stateRoute, async (c) => {
  const { id } = c.req.valid('param');
  const state = await c.var.deps.temporal.backfillState(id);
  if (!state) throw notFound('backfill');
  const { status, end } = state;
  const backfill = {
    status,
    periods: end?.periods ?? null,
    batches: end?.batches ?? null,
    workflowId: backfillWorkflowId(id),
  };
  return c.json({ backfill }, 200);
});

async function begin(
  c: AppContext,
  subjectId: string,
  schedules: readonly ScheduleRow[],
  span: { from: string; to: string },
): Promise<{ workflowId: string }> {
  assertSpan(span, schedules);
  const { db, temporal } = c.var.deps;
  const actor = actorOf(c);
  const scheduleIds = schedules.map(({ id }) => id);
  const workflowId = await temporal.startBackfill({ subjectId, scheduleIds, ...span, actor });
  await writeAudit(db, {
    action: 'schedule.backfilled',
    status: 'INFO',
    actor,
    details: { scheduleIds, ...span },
  });
  return { workflowId };
}
