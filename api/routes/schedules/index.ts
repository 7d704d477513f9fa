import type { RouteApp } from '../../http/endpoint.ts';
import { backfillProgrammeRoute, backfillScheduleRoute, getBackfill } from './backfill.ts';
import { createScheduleRoute } from './create.ts';
import { deleteScheduleRoute } from './delete.ts';
import { getSchedule } from './get.ts';
import { getHolidays, listCalendarsRoute, storeHolidaysRoute } from './holidays.ts';
import { listSchedulesRoute } from './list.ts';
import { pauseScheduleRoute, resumeScheduleRoute } from './pause.ts';
import { listScheduleRunsRoute } from './runs.ts';
import { triggerScheduleRoute } from './trigger.ts';
import { updateScheduleRoute } from './update.ts';

export const SCHEDULE_ROUTES: readonly RouteApp[] = [
  createScheduleRoute,
  listSchedulesRoute,
  getSchedule,
  updateScheduleRoute,
  pauseScheduleRoute,
  resumeScheduleRoute,
  triggerScheduleRoute,
  backfillScheduleRoute,
  listScheduleRunsRoute,
  deleteScheduleRoute,
  backfillProgrammeRoute,
  getBackfill,
  storeHolidaysRoute,
  listCalendarsRoute,
  getHolidays,
];
