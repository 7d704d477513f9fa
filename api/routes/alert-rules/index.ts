import type { RouteApp } from '../../http/endpoint.ts';
import { createAlertRuleRoute } from './create.ts';
import { deleteAlertRuleRoute } from './delete.ts';
import { getAlertRuleRoute } from './get.ts';
import { listAlertRulesRoute } from './list.ts';
import { testAlertRuleRoute } from './test.ts';
import { updateAlertRuleRoute } from './update.ts';

export const ALERT_RULE_ROUTES: readonly RouteApp[] = [
  createAlertRuleRoute,
  listAlertRulesRoute,
  getAlertRuleRoute,
  updateAlertRuleRoute,
  deleteAlertRuleRoute,
  testAlertRuleRoute,
];
