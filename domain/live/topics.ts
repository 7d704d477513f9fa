import type { Permission } from '../permissions.ts';

/** What news may be about; each matches what some screen shows. */
export const TOPICS = [
  'batch',
  'approval',
  'payable',
  'account',
  'reconciliation',
  'case',
  'provider',
  'webhook',
  'schedule',
  'rule',
  'mail',
  'export',
  'alert',
  'view',
  'risk',
  'people',
  'key',
  'audit',
] as const;
export type Topic = (typeof TOPICS)[number];

/** What the lists behind a topic ask for, where that is more than `view`. */
const ASKED: Partial<Record<Topic, Permission>> = {
  risk: 'audit',
  people: 'manage_roles',
  key: 'settings',
  audit: 'audit',
};

/** The permission that a caller must hold to hear of a topic. */
export const permissionOf = (topic: Topic): Permission => ASKED[topic] ?? 'view';

/** Topics by what stands before the dot of an action. Anything else is for the eyes of auditors alone. */
const BY_PREFIX: Readonly<Record<string, Topic>> = {
  batch: 'batch',
  payment: 'batch',
  attempt: 'batch',
  approval_rule: 'approval',
  affiliate: 'payable',
  commission: 'payable',
  conversion: 'payable',
  debt: 'payable',
  escrow: 'payable',
  hold: 'payable',
  import: 'payable',
  minimum: 'payable',
  account: 'account',
  reconciliation: 'reconciliation',
  case: 'case',
  provider: 'provider',
  webhook: 'webhook',
  endpoint: 'webhook',
  schedule: 'schedule',
  holidays: 'schedule',
  rule: 'rule',
  programme: 'rule',
  split_model: 'rule',
  mail: 'mail',
  export: 'export',
  statement: 'export',
  alert: 'alert',
  alert_rule: 'alert',
  view: 'view',
  risk: 'risk',
  user: 'people',
  role: 'people',
  api_key: 'key',
};

/** Words on a batch, which change what is to be approved as well as the batch. */
const APPROVAL = /^batch\.(?:approv|rejected|requirements_changed|execution_requested|edited)/;

/** What an action of the audit log is about. */
export function topicsOf(action: string): readonly Topic[] {
  const [prefix = ''] = action.split('.', 1);
  const topic = BY_PREFIX[prefix] ?? 'audit';
  return APPROVAL.test(action) ? [topic, 'approval'] : [topic];
}

/** After such an action somebody may be able to do less than a moment ago. */
const RIGHTS =
  /^(?:user|role|session|api_key|password|second_factor|allow_list|policy|risk)\.|^sign_out$|^step_up\.succeeded$/;

/** True where an action may have taken a right, a session or a key from somebody. */
export const changesRights = (action: string): boolean => RIGHTS.test(action);
