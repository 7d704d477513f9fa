import { z } from '@hono/zod-openapi';
import type { ReleaseRow, ShareRow } from '../../db/queries/escrow-payouts.ts';
import {
  ESCROW_BATCH_STATES,
  ESCROW_ITEM_STATES,
  escrowBatchState,
  escrowItemState,
  HOLD_SENTENCES,
} from '../../domain/escrow-status.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { amountOut, iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const payoutOut = z
  .object({
    batchId: z.string(),
    releaseId: z.string(),
    escrowId: z.string(),
    projectId: z.string(),
    milestoneId: z.string().nullable(),
    modelVersion: z.int(),
    status: z.enum(ESCROW_BATCH_STATES),
    provider: z.string().nullable(),
    currency: z.string(),
    amount: amountOut,
    totalNet: amountOut,
    platformFee: amountOut,
    taxWithheld: amountOut,
    refunded: amountOut,
    itemsCount: z.int(),
    scheduledFor: timeOrNull,
    createdAt: timeOut,
  })
  .meta({ id: 'Payout' });

export const payoutItemOut = z
  .object({
    itemId: z.string(),
    recipientId: z.string(),
    affiliateId: z.string(),
    paymentId: z.string().nullable(),
    amount: amountOut,
    fees: amountOut,
    taxWithheld: amountOut,
    netAmount: amountOut,
    netted: amountOut.meta({
      description: 'Of the net amount, what settled a debt and was not sent.',
    }),
    refunded: amountOut,
    status: z.enum(ESCROW_ITEM_STATES),
    holdReason: z.string().nullable(),
    providerPayoutId: z.string().nullable(),
    failureCode: z.string().nullable(),
    failureReason: z.string().nullable(),
    attempts: z.int(),
    processedAt: timeOrNull,
  })
  .meta({ id: 'PayoutItem' });

/** A release as answers show it. */
export const toPayout = (row: ReleaseRow): z.infer<typeof payoutOut> => ({
  batchId: row.batch_id,
  releaseId: row.id,
  escrowId: row.escrow_id,
  projectId: row.project_id,
  milestoneId: row.milestone_id,
  modelVersion: row.model_version,
  status: escrowBatchState(
    row.status && {
      status: row.status,
      executed: row.executed,
      paidCount: row.paid_count,
      otherCount: row.other_count,
    },
  ),
  provider: row.provider,
  currency: row.currency,
  amount: toJsonAmount(row.amount_minor),
  totalNet: toJsonAmount(row.distributed_minor),
  platformFee: toJsonAmount(row.platform_fee_minor),
  taxWithheld: toJsonAmount(row.tax_minor),
  refunded: toJsonAmount(row.refunded_minor),
  itemsCount: row.shares,
  scheduledFor: isoOrNull(row.scheduled_for),
  createdAt: iso(row.created_at),
});

/** A share as answers show it, with what became of it. */
export const toPayoutItem = (row: ShareRow): z.infer<typeof payoutItemOut> => ({
  itemId: row.id,
  recipientId: row.recipient_id,
  affiliateId: row.payee_id,
  paymentId: row.payment_id,
  amount: toJsonAmount(row.gross_minor),
  fees: toJsonAmount(row.platform_fee_minor),
  taxWithheld: toJsonAmount(row.tax_minor),
  netAmount: toJsonAmount(row.net_minor),
  netted: toJsonAmount(row.netted_minor),
  refunded: toJsonAmount(row.refunded_minor),
  status: escrowItemState(row.status && { status: row.status, failureCode: row.failure_code }),
  holdReason: row.hold_reason,
  providerPayoutId: row.provider_payment_id,
  failureCode: row.failure_code ?? row.hold_reason,
  failureReason: row.hold_reason ? HOLD_SENTENCES[row.hold_reason] : row.failure_reason,
  attempts: row.attempts ?? 0,
  processedAt: isoOrNull(row.completed_at ?? row.submitted_at),
});
