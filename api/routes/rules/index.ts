import type { RouteApp } from '../../http/endpoint.ts';
import { addRuleVersionRoute } from './add-version.ts';
import { affiliateTerms } from './affiliate-terms.ts';
import { dryRunRoute } from './dry-run.ts';
import { getRule } from './get.ts';
import { listRulesRoute } from './list.ts';

export const RULE_ROUTES: readonly RouteApp[] = [
  addRuleVersionRoute,
  dryRunRoute,
  listRulesRoute,
  getRule,
  affiliateTerms,
];
