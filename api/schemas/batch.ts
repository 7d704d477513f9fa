import { z } from '@hono/zod-openapi';
import type { BatchListRow } from '../../db/shapes.ts';
import type { PaymentTally } from '../../db/queries/payment-tallies.ts';
import { describeSkipped } from '../../domain/eligibility.ts';
import { peopleIn } from '../../domain/approval/missing.ts';
import type { BatchApprovals } from '../../db/queries/batch-approvals.ts';
import { BATCH_SOURCES, BATCH_STATES } from '../../domain/batch.ts';
import { batchWorkflowId } from '../../domain/ids.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { PAYMENT_STATES, type PaymentState } from '../../domain/payment.ts';
import { stepOut } from './approval.ts';
import {
  amountOut,
  currencyCode,
  idOf,
  instant,
  iso,
  isoOrNull,
  positiveAmount,
  providerName,
  text,
  timeOrNull,
  timeOut,
} from './common.ts';

export const batchState = z.enum(BATCH_STATES);
const perState = z.record(z.enum(PAYMENT_STATES), z.int());

/** Which payees a preview or a batch looks at, as callers say it. */
export const batchRequestFields = {
  affiliateIds: z.array(idOf('payee')).min(1).max(10_000).optional(),
  q: text(200).optional().meta({
    description:
      'Only affiliates with these words in their name, email address or external id, as `affiliates/payable` finds them.',
  }),
  minAmount: positiveAmount
    .optional()
    .meta({ description: 'Only affiliates of whom at least so much is asked for.' }),
  currency: currencyCode.default('USD'),
  provider: providerName.optional(),
  from: instant
    .optional()
    .meta({ type: 'string', description: 'Commissions earned from then on.' }),
  to: instant.optional().meta({ type: 'string', description: 'Commissions earned before then.' }),
  maturedBy: instant.optional().meta({
    type: 'string',
    description: 'Commissions that had matured before then, by the payout rules of that instant.',
  }),
  programmeId: idOf('programme').optional().meta({
    description: "What was earned in this programme, by its payout rules; else by the first one's.",
  }),
};

/** The same with its amount as the database takes it. */
export const toBatchRequest = <Asked extends { minAmount?: number | undefined }>({
  minAmount,
  ...asked
}: Asked) => ({ ...asked, ...(minAmount !== undefined && { minMinor: BigInt(minAmount) }) });

/** Payees left out for one reason: how many, and what would have them paid. */
export const skippedOut = z
  .object({ code: z.string(), count: z.int(), sentence: z.string(), remedy: z.string() })
  .meta({ id: 'Skipped' });

/** Whose approval a batch needs, and lacks. */
const approvalsOut = z
  .object({
    required: z.int(),
    missing: z.int().meta({ description: 'So many more people at least.' }),
    lacking: z.array(stepOut),
    requirements: z.array(
      z.object({ name: z.string(), reason: z.string(), missing: z.array(stepOut) }),
    ),
  })
  .meta({ id: 'BatchApprovals' });

export const batchOut = z
  .object({
    id: z.string(),
    batchNumber: z.int(),
    status: batchState,
    pausedReason: z.string().nullable(),
    provider: z.string(),
    currency: z.string(),
    totalAmount: amountOut,
    paymentCount: z.int(),
    chunkCount: z.int(),
    counts: perState,
    amounts: perState,
    note: z.string().nullable(),
    programmeId: z.string().nullable(),
    scheduleId: z.string().nullable(),
    period: z.string().nullable(),
    maturedBy: timeOrNull,
    skipped: z.array(skippedOut).meta({ description: 'Who was left out when it was made.' }),
    source: z.enum(BATCH_SOURCES),
    createdBy: z.string(),
    editedBy: z.string().nullable(),
    editedAt: timeOrNull,
    requiredApprovals: z.int(),
    approvals: approvalsOut,
    undoUntil: timeOrNull.meta({ description: 'Approved; nothing is sent before then.' }),
    undoSecondsLeft: z.int().nullable(),
    scheduledFor: timeOrNull,
    createdAt: timeOut,
    queuedAt: timeOrNull,
    executedAt: timeOrNull,
    settlingAt: timeOrNull,
    completedAt: timeOrNull,
    failedAt: timeOrNull,
    cancelledAt: timeOrNull,
    cancelReason: z.string().nullable(),
    workflowId: z.string(),
    contentHash: z.string(),
  })
  .meta({ id: 'Batch' });

export const batchResultOut = z.object({
  success: z.boolean(),
  totalAmount: amountOut,
  successCount: z.int(),
  failedCount: z.int(),
  heldCount: z.int(),
  errors: z.array(z.object({ code: z.string(), count: z.int() })),
});

/** A batch as answers show it, with its payments counted by state. */
export const toBatch = (
  row: BatchListRow,
  tally: PaymentTally,
  approvals: BatchApprovals,
): z.infer<typeof batchOut> => ({
  id: row.id,
  batchNumber: row.batchNumber,
  status: row.status,
  pausedReason: row.pausedReason,
  provider: row.provider,
  currency: row.currency,
  totalAmount: toJsonAmount(row.totalMinor),
  paymentCount: row.paymentCount,
  chunkCount: row.chunkCount,
  counts: tally.counts,
  amounts: mapStates(tally.amountsMinor, toJsonAmount),
  note: row.note,
  programmeId: row.programmeId,
  scheduleId: row.scheduleId,
  period: row.period,
  maturedBy: isoOrNull(row.maturedBy),
  skipped: describeSkipped(row.skipped),
  source: row.source,
  createdBy: row.createdBy,
  editedBy: row.editedBy,
  editedAt: isoOrNull(row.editedAt),
  requiredApprovals: row.requiredApprovals,
  approvals: toApprovals(approvals, row.status === 'PENDING'),
  undoUntil: isoOrNull(row.undoUntil),
  undoSecondsLeft: secondsLeft(row),
  scheduledFor: isoOrNull(row.scheduledFor),
  createdAt: iso(row.createdAt),
  queuedAt: isoOrNull(row.queuedAt),
  executedAt: isoOrNull(row.executedAt),
  settlingAt: isoOrNull(row.settlingAt),
  completedAt: isoOrNull(row.completedAt),
  failedAt: isoOrNull(row.failedAt),
  cancelledAt: isoOrNull(row.cancelledAt),
  cancelReason: row.cancelReason,
  workflowId: batchWorkflowId(row.id),
  contentHash: row.contentHash,
});

/** Nothing is missing any more of a batch that has left PENDING. */
const toApprovals = ({ required, missing, requirements }: BatchApprovals, waits: boolean) => ({
  required: peopleIn(required),
  missing: waits ? peopleIn(missing) : 0,
  lacking: waits ? missing : [],
  requirements: requirements.map(({ name, reason, missing: lacks }) => ({
    name,
    reason,
    missing: waits ? lacks : [],
  })),
});

/** Of the time to undo an approval, while it runs. */
export const secondsLeft = ({ status, undoUntil }: BatchListRow): number | null =>
  status === 'PENDING' && undoUntil !== null
    ? Math.max(0, Math.ceil((undoUntil.getTime() - Date.now()) / 1_000))
    : null;

/** What came of a batch so far; `success` once it has ended as COMPLETED. */
export const toBatchResult = (
  row: BatchListRow,
  tally: PaymentTally,
): z.infer<typeof batchResultOut> => ({
  success: row.status === 'COMPLETED',
  totalAmount: toJsonAmount(tally.amountsMinor.COMPLETED),
  successCount: tally.counts.COMPLETED,
  failedCount: tally.failedCount,
  heldCount: tally.counts.ON_HOLD,
  errors: tally.errors,
});

const mapStates = <In, Out>(given: Record<PaymentState, In>, map: (value: In) => Out) => ({
  PENDING: map(given.PENDING),
  PROCESSING: map(given.PROCESSING),
  UNKNOWN: map(given.UNKNOWN),
  ON_HOLD: map(given.ON_HOLD),
  FAILED: map(given.FAILED),
  COMPLETED: map(given.COMPLETED),
  CANCELLED: map(given.CANCELLED),
  RETURNED: map(given.RETURNED),
});
