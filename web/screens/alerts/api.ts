import { hc } from 'hono/client';
import type { createAlertRuleRoute } from '../../../api/routes/alert-rules/create.ts';
import type { deleteAlertRuleRoute } from '../../../api/routes/alert-rules/delete.ts';
import type { listAlertRulesRoute } from '../../../api/routes/alert-rules/list.ts';
import type { testAlertRuleRoute } from '../../../api/routes/alert-rules/test.ts';
import type { updateAlertRuleRoute } from '../../../api/routes/alert-rules/update.ts';
import type { acknowledgeAlertRoute } from '../../../api/routes/alerts/acknowledge.ts';
import type { getAlertRoute } from '../../../api/routes/alerts/get.ts';
import type { listAlertsRoute } from '../../../api/routes/alerts/list.ts';
import { clientOptions, type AnswerOf, type Group } from '../../lib/api.ts';

type Routes =
  | typeof acknowledgeAlertRoute
  | typeof createAlertRuleRoute
  | typeof deleteAlertRuleRoute
  | typeof getAlertRoute
  | typeof listAlertRulesRoute
  | typeof listAlertsRoute
  | typeof testAlertRuleRoute
  | typeof updateAlertRuleRoute;

const api = hc<Group<Routes>>('/', clientOptions).api.disbursement;
export const alertsApi = api.alerts;
export const rulesApi = api['alert-rules'];

export type Alert = AnswerOf<typeof alertsApi.$get>['alerts'][number];
export type Notice = AnswerOf<(typeof alertsApi)[':id']['$get']>['notices'][number];
export type AlertRule = AnswerOf<typeof rulesApi.$get>['alertRules'][number];
export type NewRule = Parameters<typeof rulesApi.$post>[0]['json'];
export type Measure = AlertRule['measure'];
