/** Actions of the audit log that move money, or let it go. None of them is written once a payment. */
const MONEY_ACTS = [
  'batch.approved',
  'batch.execution_requested',
  'batch.resumed',
  'debt.written_off',
  'hold.released',
];

/** What else tells where an actor works, and when. */
const OTHER_ACTS = [
  'account.revealed',
  'api_key.created',
  'approval_rule.changed',
  'approval_rule.created',
  'audit.viewed',
  'batch.created',
  'batch.edited',
  'batch.rejected',
  'export.created',
  'policy.changed',
  'role.granted',
  'rule.version_added',
  'sign_in.succeeded',
  'step_up.succeeded',
];

const listed = (actions: readonly string[]): string => `('${actions.join("', '")}')`;

/** SQL lists, as the index audit_logs_acts has them: the planner takes it for a part of its list. */
export const MONEY_SQL = listed(MONEY_ACTS);
export const SEEN_SQL = listed([...MONEY_ACTS, ...OTHER_ACTS]);
