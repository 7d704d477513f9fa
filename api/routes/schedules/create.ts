import { z } from '@hono/zod-openapi';
import { createSchedule, type NewSchedule } from '../../../db/queries/payout-schedules.ts';
import { findProgramme } from '../../../db/queries/programmes.ts';
import { localAt } from '../../../domain/calendar/local-time.ts';
import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import { actorOf, type AppContext } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid } from '../../http/problems.ts';
import { guardAction } from '../../risk-guard.ts';
import { idOf } from '../../schemas/common.ts';
import {
  provider,
  scheduleFields,
  scheduleKey,
  scheduleOut,
} from '../../schemas/payout-schedule.ts';
import { assertCalendar, assertProvider, assertTogether, requireProcess } from './checks.ts';
import { withNextRunsOf } from './with-next-runs.ts';

const fields = scheduleFields;

const body = z.strictObject({
  ...scheduleKey,
  programmeId: idOf('programme').default(DEFAULT_PROGRAMME_ID),
  provider: provider.optional(),
  weekday: fields.weekday.default(null),
  monthDay: fields.monthDay.default(null),
  anchor: fields.anchor.default(null),
  timeOfDay: fields.timeOfDay.default('09:00'),
  zone: fields.zone.optional().meta({ description: "The programme's own unless told." }),
  calendar: fields.calendar.default(null),
  shift: fields.shift.default('next'),
  cutoffTime: fields.cutoffTime.default(null),
  mode: fields.mode.default('propose'),
  limitAmount: fields.limitAmount.default(null),
  overlap: fields.overlap.default('buffer_all'),
  catchupHours: fields.catchupHours.default(168),
  startsOn: fields.startsOn.optional().meta({ description: 'Today unless told.' }),
});

const route = endpoint({
  method: 'post',
  path: '/api/disbursement/schedules',
  tags: ['Schedules'],
  summary: 'Have batches of a programme made by themselves',
  'x-permission': 'rules',
  'x-idempotent': true,
  request: { body: jsonBody(body) },
  responses: {
    201: json('The schedule.', z.object({ schedule: scheduleOut })),
    409: json('One of this frequency, currency and provider stands already.', z.unknown()),
  },
});

/** Makes a schedule; Temporal's own follows at once, or within a minute. */
export const createScheduleRoute = newApp().openapi(route, async (c) => {
  const { db, temporal } = c.var.deps;
  const planned = await plan(c, c.req.valid('json'));
  if (await requireProcess(c, planned)) await guardAction(c, 'pay');
  const row = await createSchedule(db, planned, actorOf(c));
  temporal.syncSchedules(c.var.log);
  return c.json({ schedule: await withNextRunsOf(db, row) }, 201);
});

async function plan(c: AppContext, given: z.infer<typeof body>): Promise<NewSchedule> {
  const { db, settings } = c.var.deps;
  const { limitAmount, ...rest } = given;
  const programme = await findProgramme(db, given.programmeId);
  if (!programme) throw invalid('programmeId', 'is no programme that there is');
  const zone = given.zone ?? programme.zone;
  const planned = {
    ...rest,
    id: c.var.newId('schedule'),
    provider: given.provider ?? settings.defaultProvider,
    zone,
    limitMinor: limitAmount === null ? null : BigInt(limitAmount),
    startsOn: given.startsOn ?? localAt(Date.now(), zone).day,
  };
  assertTogether(planned);
  assertProvider(c.var.deps, planned.provider, planned.currency);
  await assertCalendar(db, planned);
  return planned;
}
