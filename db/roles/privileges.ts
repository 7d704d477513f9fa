/** The group roles of the database: nobody signs in as one; login users are members of one. */
export const GROUP_ROLES = [
  'bursar_owner',
  'bursar_migrator',
  'bursar_api',
  'bursar_worker',
  'bursar_report',
] as const;
export type GroupRole = (typeof GROUP_ROLES)[number];

/** The roles that processes of the product and readers of its figures have. They own nothing. */
export type AppRole = Exclude<GroupRole, 'bursar_owner' | 'bursar_migrator'>;

/** Some of `S`elect, `I`nsert, `U`pdate and `D`elete, in this order. Nobody truncates. */
export type Rights = '' | 'S' | 'SI' | 'SU' | 'SIU' | 'SID' | 'SIUD';

/** What each role may do to one table; a list of columns is what it may read of it and no more. */
export interface TableRights {
  readonly api: Rights;
  readonly worker: Rights | readonly string[];
  readonly report?: 'all' | readonly string[];
}

/**
 * All tables, each with what the processes need and no more: tables that only grow are never changed or
 * deleted from, and what people sign in with is the API's alone. Reports see no account details, no
 * secrets, no sessions and no bodies. A table that is not listed is nobody's.
 */
export const TABLE_RIGHTS: Readonly<Record<string, TableRights>> = {
  accounts: {
    api: 'SIU',
    worker: 'SU',
    report: [
      'id',
      'payee_id',
      'provider',
      'kyc_status',
      'blocked_code',
      'blocked_at',
      'created_at',
    ],
  },
  // Alerts are seen, and told, by whichever process is there: either may be what is missing.
  alert_notices: { api: 'SIU', worker: 'SIU' },
  alert_rules: { api: 'SIU', worker: 'SU' },
  alerts: { api: 'SIU', worker: 'SIU' },
  allow_lists: { api: 'SIUD', worker: '' },
  // Behind which person a key stands, which is asked before a batch is paid; never its hash.
  api_keys: { api: 'SIU', worker: ['id', 'owner', 'created_by'] },
  approval_requirements: { api: 'SIUD', worker: 'SIUD' },
  approval_rules: { api: 'SIUD', worker: 'S' },
  approvals: { api: 'SIU', worker: 'S', report: 'all' },
  attempts: {
    api: 'SU',
    worker: 'SIU',
    report: ['payment_id', 'generation', 'status', 'sends', 'provider_code', 'created_at'],
  },
  audit_blocks: { api: 'S', worker: 'SI' },
  audit_logs: { api: 'SI', worker: 'SI' },
  batch_exclusions: { api: 'SI', worker: 'SI' },
  batches: { api: 'SIU', worker: 'SIU', report: 'all' },
  calculation_queue: { api: 'SIU', worker: 'SIUD' },
  calculation_terms: { api: 'S', worker: 'SI', report: 'all' },
  cases: { api: 'SIU', worker: 'SIU' },
  commissions: { api: 'SIU', worker: 'SIU', report: 'all' },
  conversion_decisions: { api: 'S', worker: 'SI', report: 'all' },
  conversion_reversals: { api: 'SI', worker: 'S', report: 'all' },
  conversions: { api: 'SIU', worker: 'S', report: 'all' },
  currencies: { api: 'S', worker: 'S', report: 'all' },
  currency_rates: { api: 'SIU', worker: 'S', report: 'all' },
  delivery_attempts: { api: 'SI', worker: 'SI' },
  escrow_refund_shares: { api: 'SI', worker: '', report: 'all' },
  escrow_refunds: { api: 'SI', worker: '', report: 'all' },
  escrow_releases: { api: 'SI', worker: 'S', report: 'all' },
  escrow_shares: { api: 'SI', worker: 'S', report: 'all' },
  escrows: { api: 'SI', worker: '', report: 'all' },
  event_deliveries: { api: 'SIU', worker: 'SIU' },
  fee_months: { api: 'S', worker: 'SI', report: 'all' },
  holds: { api: 'SIU', worker: 'SIU', report: 'all' },
  holidays: { api: 'SIUD', worker: 'S', report: 'all' },
  idempotency_keys: { api: 'SIU', worker: '' },
  imports: { api: 'SI', worker: '' },
  ledger_entries: { api: 'SI', worker: 'SI', report: 'all' },
  ledger_slots: { api: 'S', worker: 'SIUD', report: 'all' },
  mail_settings: { api: 'S', worker: 'SIU' },
  outbox_events: { api: 'SI', worker: 'SI' },
  payables: { api: 'SIU', worker: 'SIU', report: 'all' },
  payee_mails: { api: 'SIU', worker: 'SIU' },
  payees: {
    api: 'SIU',
    worker: 'SU',
    report: ['id', 'external_id', 'country', 'group_name', 'suspended_at', 'created_at'],
  },
  payment_risks: { api: 'SI', worker: 'SI' },
  payments: {
    api: 'SIU',
    worker: 'SIU',
    report: [
      'id',
      'batch_id',
      'payee_id',
      'provider',
      'currency',
      'amount_minor',
      'commission_count',
      'status',
      'failures',
      'failure_code',
      'provider_payment_id',
      'reissue_of',
      'created_at',
      'submitted_at',
      'completed_at',
    ],
  },
  payout_rule_versions: { api: 'SIU', worker: 'S', report: 'all' },
  payout_rules: { api: 'SIU', worker: 'S', report: 'all' },
  payout_schedules: { api: 'SIU', worker: 'SIU', report: 'all' },
  programmes: { api: 'SIU', worker: 'S', report: 'all' },
  provider_channels: { api: 'SIUD', worker: 'SIUD' },
  provider_states: { api: 'SIUD', worker: 'SIUD' },
  rate_budgets: { api: 'SIU', worker: 'SIU' },
  rate_limits: { api: 'SIUD', worker: '' },
  reconciliation_items: { api: 'S', worker: 'SIUD', report: 'all' },
  reconciliations: { api: 'SIU', worker: 'SIU', report: 'all' },
  released_payables: { api: 'SID', worker: 'SID', report: 'all' },
  // Each change marks its slot, whoever makes it; the worker locks marks and adds up.
  report_changes: { api: 'SI', worker: 'SIUD' },
  report_export_parts: { api: 'S', worker: 'SID' },
  report_exports: { api: 'SIU', worker: 'SU' },
  report_slots: { api: 'S', worker: 'SIUD', report: 'all' },
  risk_events: { api: 'SIU', worker: 'SIU' },
  role_changes: { api: 'SI', worker: ['id', 'user_id', 'actor', 'created_at'] },
  saved_views: { api: 'SIUD', worker: '' },
  schedule_runs: { api: 'SI', worker: 'SI', report: 'all' },
  security_policy: { api: 'SIU', worker: 'S' },
  split_models: { api: 'SI', worker: '', report: 'all' },
  statements: { api: 'SI', worker: 'SI', report: 'all' },
  submission_groups: { api: 'S', worker: 'SI' },
  user_identities: { api: 'SIUD', worker: '' },
  user_second_factors: { api: 'SIUD', worker: '' },
  user_sessions: { api: 'SIUD', worker: '' },
  user_verifications: { api: 'SIUD', worker: '' },
  // Whose approvals still count, which the worker asks before it pays.
  users: { api: 'SIU', worker: ['id', 'name', 'role', 'frozen_at'] },
  webhook_endpoints: { api: 'SIU', worker: 'SU' },
  webhook_events: { api: 'SIU', worker: 'SIU' },
};

/** Sequences that statements draw from; those of identity columns need no right. */
export const SEQUENCE_RIGHTS: readonly string[] = ['batch_queue_rank'];
