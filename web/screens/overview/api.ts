import { hc } from 'hono/client';
import type { getMethods } from '../../../api/routes/reports/methods.ts';
import type { getSummary } from '../../../api/routes/reports/summary.ts';
import type { listAlertsRoute } from '../../../api/routes/alerts/list.ts';
import type { listSchedulesRoute } from '../../../api/routes/schedules/list.ts';
import { clientOptions, type AnswerOf, type Group } from '../../lib/api.ts';

type Routes =
  typeof getMethods | typeof getSummary | typeof listAlertsRoute | typeof listSchedulesRoute;

export const overviewApi = hc<Group<Routes>>('/', clientOptions).api.disbursement;

export type Alert = AnswerOf<typeof overviewApi.alerts.$get>['alerts'][number];
type Summary = AnswerOf<typeof overviewApi.reports.summary.$get>;
type Methods = AnswerOf<typeof overviewApi.reports.methods.$get>;

/** What a report answers where it is not asked for as CSV. */
type AsJson<Answer> = Extract<Answer, { report: unknown; rows: readonly unknown[] }>;
export type SummaryReport = AsJson<Summary>;
export type MethodsReport = AsJson<Methods>;
export type Way = MethodsReport['rows'][number];
