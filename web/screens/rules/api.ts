import { hc } from 'hono/client';
import type { createApprovalRuleRoute } from '../../../api/routes/approval-rules/create.ts';
import type { deleteApprovalRuleRoute } from '../../../api/routes/approval-rules/delete.ts';
import type { listApprovalRulesRoute } from '../../../api/routes/approval-rules/list.ts';
import type { updateApprovalRuleRoute } from '../../../api/routes/approval-rules/update.ts';
import type { createProgrammeRoute } from '../../../api/routes/programmes/create.ts';
import type { listProgrammesRoute } from '../../../api/routes/programmes/list.ts';
import type { updateProgrammeRoute } from '../../../api/routes/programmes/update.ts';
import type { addRuleVersionRoute } from '../../../api/routes/rules/add-version.ts';
import type { dryRunRoute } from '../../../api/routes/rules/dry-run.ts';
import type { getRule } from '../../../api/routes/rules/get.ts';
import type { listRulesRoute } from '../../../api/routes/rules/list.ts';
import type { backfillScheduleRoute, getBackfill } from '../../../api/routes/schedules/backfill.ts';
import type { createScheduleRoute } from '../../../api/routes/schedules/create.ts';
import type { getSchedule } from '../../../api/routes/schedules/get.ts';
import type {
  getHolidays,
  listCalendarsRoute,
  storeHolidaysRoute,
} from '../../../api/routes/schedules/holidays.ts';
import type { listSchedulesRoute } from '../../../api/routes/schedules/list.ts';
import type {
  pauseScheduleRoute,
  resumeScheduleRoute,
} from '../../../api/routes/schedules/pause.ts';
import type { listScheduleRunsRoute } from '../../../api/routes/schedules/runs.ts';
import type { triggerScheduleRoute } from '../../../api/routes/schedules/trigger.ts';
import { clientOptions, type Group } from '../../lib/api.ts';

type RuleRoutes =
  | typeof addRuleVersionRoute
  | typeof dryRunRoute
  | typeof getRule
  | typeof listRulesRoute
  | typeof createProgrammeRoute
  | typeof listProgrammesRoute
  | typeof updateProgrammeRoute;

type ScheduleRoutes =
  | typeof backfillScheduleRoute
  | typeof createScheduleRoute
  | typeof getBackfill
  | typeof getSchedule
  | typeof getHolidays
  | typeof listCalendarsRoute
  | typeof storeHolidaysRoute
  | typeof listSchedulesRoute
  | typeof pauseScheduleRoute
  | typeof resumeScheduleRoute
  | typeof listScheduleRunsRoute
  | typeof triggerScheduleRoute;

type ApprovalRuleRoutes =
  | typeof createApprovalRuleRoute
  | typeof deleteApprovalRuleRoute
  | typeof listApprovalRulesRoute
  | typeof updateApprovalRuleRoute;

export const ruleApi = hc<Group<RuleRoutes>>('/', clientOptions).api.disbursement;
export const scheduleApi = hc<Group<ScheduleRoutes>>('/', clientOptions).api.disbursement;
export const approvalRuleApi = hc<Group<ApprovalRuleRoutes>>('/', clientOptions).api.disbursement;
