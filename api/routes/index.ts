import type { RouteApp } from '../http/endpoint.ts';
import { getOpenapi } from './docs/openapi.ts';
import { getDocs, getDocsFile } from './docs/page.ts';
import { ACCOUNT_ROUTES } from './accounts/index.ts';
import { AFFILIATE_ROUTES } from './affiliates/index.ts';
import { ALERT_RULE_ROUTES } from './alert-rules/index.ts';
import { ALERT_ROUTES } from './alerts/index.ts';
import { ALLOW_LIST_ROUTES } from './allow-lists/index.ts';
import { APPROVAL_RULE_ROUTES } from './approval-rules/index.ts';
import { AUDIT_ROUTES } from './audit/index.ts';
import { AUTH_ROUTES } from './auth/index.ts';
import { BATCH_ROUTES } from './batches/index.ts';
import { CALCULATION_ROUTES } from './calculations/index.ts';
import { CASE_ROUTES } from './cases/index.ts';
import { COMMISSION_ROUTES } from './commissions/index.ts';
import { CONSOLE_ROUTES } from './console/index.ts';
import { CONVERSION_ROUTES } from './conversions/index.ts';
import { DEBT_ROUTES } from './debts/index.ts';
import { EXPORT_ROUTES } from './exports/index.ts';
import { HOLD_ROUTES } from './holds/index.ts';
import { IMPORT_ROUTES } from './imports/index.ts';
import { KEY_ROUTES } from './keys/index.ts';
import { LEDGER_ROUTES } from './ledger/index.ts';
import { LIVE_ROUTES } from './live/index.ts';
import { MAIL_ROUTES } from './mails/index.ts';
import { PAYMENT_ROUTES } from './payments/index.ts';
import { PROGRAMME_ROUTES } from './programmes/index.ts';
import { PROVIDER_ROUTES } from './providers/index.ts';
import { QUICK_PAYMENT_ROUTES } from './quick-payments/index.ts';
import { RECONCILIATION_ROUTES } from './reconciliations/index.ts';
import { REPORT_ROUTES } from './reports/index.ts';
import { REVENUE_ROUTES } from './revenue/index.ts';
import { ROLE_ROUTES } from './roles/index.ts';
import { RISK_ROUTES } from './risk/index.ts';
import { RULE_ROUTES } from './rules/index.ts';
import { SAVED_VIEW_ROUTES } from './saved-views/index.ts';
import { SCHEDULE_ROUTES } from './schedules/index.ts';
import { SECURITY_POLICY_ROUTES } from './security-policy/index.ts';
import { SERVICE_ROUTES } from './service/index.ts';
import { STATEMENT_ROUTES } from './statements/index.ts';
import { USER_ROUTES } from './users/index.ts';
import { TEMPORAL_ROUTES } from './temporal/index.ts';
import { WEBHOOK_ENDPOINT_ROUTES } from './webhook-endpoints/index.ts';
import { WEBHOOK_ROUTES } from './webhooks/index.ts';

const PRODUCT_ROUTES: readonly RouteApp[] = [
  ...AFFILIATE_ROUTES,
  ...CONVERSION_ROUTES,
  ...CALCULATION_ROUTES,
  ...COMMISSION_ROUTES,
  ...IMPORT_ROUTES,
  ...BATCH_ROUTES,
  ...APPROVAL_RULE_ROUTES,
  ...PAYMENT_ROUTES,
  ...QUICK_PAYMENT_ROUTES,
  ...ACCOUNT_ROUTES,
  ...AUDIT_ROUTES,
  ...CASE_ROUTES,
  ...ALERT_ROUTES,
  ...ALERT_RULE_ROUTES,
  ...HOLD_ROUTES,
  ...DEBT_ROUTES,
  ...LEDGER_ROUTES,
  ...LIVE_ROUTES,
  ...MAIL_ROUTES,
  ...PROVIDER_ROUTES,
  ...RECONCILIATION_ROUTES,
  ...REPORT_ROUTES,
  ...REVENUE_ROUTES,
  ...PROGRAMME_ROUTES,
  ...RISK_ROUTES,
  ...RULE_ROUTES,
  ...SAVED_VIEW_ROUTES,
  ...SCHEDULE_ROUTES,
  ...EXPORT_ROUTES,
  ...STATEMENT_ROUTES,
  ...KEY_ROUTES,
  ...AUTH_ROUTES,
  ...USER_ROUTES,
  ...ALLOW_LIST_ROUTES,
  ...SECURITY_POLICY_ROUTES,
  ...ROLE_ROUTES,
  ...WEBHOOK_ROUTES,
  ...WEBHOOK_ENDPOINT_ROUTES,
  ...SERVICE_ROUTES,
  ...TEMPORAL_ROUTES,
  ...CONSOLE_ROUTES,
  getDocs,
  getDocsFile,
];

/** Every route there is, one small app each. */
export const ROUTES: readonly RouteApp[] = [...PRODUCT_ROUTES, getOpenapi(PRODUCT_ROUTES)];
