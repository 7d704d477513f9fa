/** What an id names, by its prefix. Ids are `<prefix>_<32 hex digits of a UUIDv7>`, so they sort by time. */
export const ID_PREFIXES = {
  payee: 'aff',
  account: 'acc',
  commission: 'com',
  batch: 'bat',
  payment: 'pay',
  apiKey: 'key',
  import: 'imp',
  payable: 'pbl',
  approval: 'apr',
  case: 'cas',
  reconciliation: 'rec',
  group: 'sgr',
  release: 'rel',
  share: 'shr',
  refund: 'rfd',
  endpoint: 'whe',
  event: 'evt',
  programme: 'prg',
  rule: 'rul',
  conversion: 'cnv',
  reversal: 'rvs',
  terms: 'trm',
  hold: 'hld',
  schedule: 'sch',
  list: 'lst',
  mail: 'mai',
  user: 'usr',
  session: 'ses',
  identity: 'idn',
  verification: 'vrf',
  secondFactor: 'sfa',
  roleChange: 'rch',
  allowList: 'ipl',
  approvalRule: 'arl',
  riskEvent: 'rsk',
  savedView: 'svw',
  export: 'exp',
  alertRule: 'alr',
  alert: 'alt',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** Makes an id from a UUID that the caller drew; `domain` itself knows no clock and no chance. */
export const makeId = (kind: IdKind, uuid: string): string =>
  `${ID_PREFIXES[kind]}_${uuid.replaceAll('-', '')}`;

const ID_SHAPE = /^[a-z]{3}_[0-9a-f]{32}$/;

/** True where `value` has the shape of an id of that kind; says nothing about whether it exists. */
export const isId = (kind: IdKind, value: string): boolean =>
  ID_SHAPE.test(value) && value.startsWith(`${ID_PREFIXES[kind]}_`);

/**
 * What the provider is given, and the idempotency key at once: it names the payment and the
 * generation of its attempt, so a new key exists only where a new generation does.
 */
export const paymentReference = (paymentId: string, generation: number): string =>
  `${paymentId}:${generation}`;

/** What a provider that groups transfers is given for those of one chunk. */
export const groupReference = (batchId: string, chunk: number): string => `${batchId}/${chunk}`;

const REFERENCE = /^(pay_[0-9a-f]{32}):(\d{1,4})$/;

/** The inverse of `paymentReference`; null for a reference that is not ours. */
export function parseReference(
  reference: string,
): { paymentId: string; generation: number } | null {
  const match = REFERENCE.exec(reference);
  if (!match?.[1] || !match[2]) return null;
  return { paymentId: match[1], generation: Number(match[2]) };
}

export const batchWorkflowId = (batchId: string): string => `batch/${batchId}`;
export const resolveWorkflowId = (batchId: string): string => `resolve/${batchId}`;
export const confirmWorkflowId = (provider: string): string => `confirm/${provider}`;
export const deliverWorkflowId = (endpointId: string): string => `deliver/${endpointId}`;
export const MAILS_WORKFLOW_ID = 'mails';
export const calculateWorkflowId = (programmeId: string): string => `calculate/${programmeId}`;
export const SWEEP_WORKFLOW_ID = 'sweep';
export const SWEEP_SCHEDULE_ID = 'sweep';
export const reconcileWorkflowId = (provider: string, day: string): string =>
  `reconcile/${provider}/${day}`;
export const watchWorkflowId = (provider: string, day: string): string =>
  `watch/${provider}/${day}`;
/** The Schedule, and its workflow, that begins both of a provider each day. */
export const dailyScheduleId = (provider: string): string => `daily/${provider}`;
/** The Schedule of a payout schedule, and its workflows. */
export const payoutScheduleId = (scheduleId: string): string => `payout/${scheduleId}`;
/** What a person has run out of turn: what is due, or one period by its name. */
export const triggerWorkflowId = (scheduleId: string, period?: string): string =>
  period === undefined ? `trigger/${scheduleId}` : `trigger/${scheduleId}/${period}`;
/** Of a schedule, or of a programme. */
export const backfillWorkflowId = (subjectId: string): string => `backfill/${subjectId}`;
export const SYNC_SCHEDULES_WORKFLOW_ID = 'sync-schedules';
export const exportWorkflowId = (exportId: string): string => `export/${exportId}`;
