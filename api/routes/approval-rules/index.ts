import type { RouteApp } from '../../http/endpoint.ts';
import { createApprovalRuleRoute } from './create.ts';
import { deleteApprovalRuleRoute } from './delete.ts';
import { getApprovalRuleRoute } from './get.ts';
import { listApprovalRulesRoute } from './list.ts';
import { updateApprovalRuleRoute } from './update.ts';

export const APPROVAL_RULE_ROUTES: readonly RouteApp[] = [
  createApprovalRuleRoute,
  listApprovalRulesRoute,
  getApprovalRuleRoute,
  updateApprovalRuleRoute,
  deleteApprovalRuleRoute,
];
