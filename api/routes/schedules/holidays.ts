import { z } from '@hono/zod-openapi';
import { listCalendars, listHolidays, storeHolidays } from '../../../db/queries/holidays.ts';
import { actorOf } from '../../http/context.ts';
import { endpoint, json, jsonBody, newApp } from '../../http/endpoint.ts';
import { invalid, notFound } from '../../http/problems.ts';
import { text } from '../../schemas/common.ts';
import { calendarName } from '../../schemas/payout-schedule.ts';

const DAYS_MAX = 2_000;

const params = z.object({ name: calendarName });
const days = z.array(z.strictObject({ day: z.iso.date(), name: text(100) })).max(DAYS_MAX);
const calendarOut = z.object({
  name: z.string(),
  days: z.array(z.object({ day: z.string(), name: z.string() })),
});

const putRoute = endpoint({
  method: 'put',
  path: '/api/disbursement/holiday-calendars/{name}',
  tags: ['Schedules'],
  summary: 'Store the holidays of a calendar, in place of those that it had',
  'x-permission': 'rules',
  request: { params, body: jsonBody(z.strictObject({ days })) },
  responses: { 200: json('The calendar.', z.object({ calendar: calendarOut })) },
});

const getRoute = endpoint({
  method: 'get',
  path: '/api/disbursement/holiday-calendars/{name}',
  tags: ['Schedules'],
  summary: 'The holidays of a calendar',
  'x-permission': 'view',
  request: { params },
  responses: {
    200: json('The calendar.', z.object({ calendar: calendarOut })),
    404: json('Nobody has stored one of that name.', z.unknown()),
  },
});

const listRoute = endpoint({
  method: 'get',
  path: '/api/disbursement/holiday-calendars',
  tags: ['Schedules'],
  summary: 'The holiday calendars that are stored, by name',
  'x-permission': 'view',
  responses: {
    200: json(
      'All of them.',
      z.object({
        calendars: z.array(
          z.object({
            name: z.string(),
            days: z.int(),
            lastDay: z.string().meta({
              description: 'Its last holiday; from the day after, it moves nothing.',
            }),
          }),
        ),
      }),
    ),
  },
});

/** Stores a calendar; schedules heed it from their next look on. */
export const storeHolidaysRoute = newApp().openapi(putRoute, async (c) => {
  const { name } = c.req.valid('param');
  const given = c.req.valid('json').days;
  const twice = given.findIndex(
    ({ day }, index) => given.findIndex((other) => other.day === day) !== index,
  );
  if (twice >= 0) throw invalid(`days.${twice}.day`, 'is there twice');
  const { db } = c.var.deps;
  await storeHolidays(db, name, given, actorOf(c));
  return c.json({ calendar: { name, days: await listHolidays(db, name) } }, 200);
});

/** Which calendars there are. */
export const listCalendarsRoute = newApp().openapi(listRoute, async (c) =>
  c.json({ calendars: await listCalendars(c.var.deps.db) }, 200),
);

/** One calendar. */
export const getHolidays = newApp().openapi(getRoute, async (c) => {
  const { name } = c.req.valid('param');
  const stored = await listHolidays(c.var.deps.db, name);
  if (stored.length === 0) throw notFound('holiday calendar');
  return c.json({ calendar: { name, days: stored } }, 200);
});
