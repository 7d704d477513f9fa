import { z } from '@hono/zod-openapi';
import type { RefundRow } from '../../db/queries/escrow-refunds.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { amountOut, iso, timeOut } from './common.ts';

export const refundOut = z
  .object({
    refundId: z.string(),
    id: z.string(),
    batchId: z.string(),
    escrowId: z.string(),
    milestoneId: z.string().nullable(),
    currency: z.string(),
    amount: amountOut,
    platformFee: amountOut,
    taxWithheld: amountOut,
    reason: z.string(),
    breakdown: z.array(
      z.object({
        recipientId: z.string(),
        affiliateId: z.string(),
        platformFeeShare: amountOut,
        taxWithheldShare: amountOut,
        netAmount: amountOut,
      }),
    ),
    createdBy: z.string(),
    createdAt: timeOut,
  })
  .meta({ id: 'Refund' });

/** A refund as answers show it: what was taken back of whom. */
export const toRefund = (row: RefundRow): z.infer<typeof refundOut> => ({
  refundId: row.external_id,
  id: row.id,
  batchId: row.batch_id,
  escrowId: row.escrow_id,
  milestoneId: row.milestone_id,
  currency: row.currency,
  amount: toJsonAmount(row.amount_minor),
  platformFee: toJsonAmount(row.platform_fee_minor),
  taxWithheld: toJsonAmount(row.tax_minor),
  reason: row.reason,
  breakdown: row.taken.map(({ recipientId, affiliateId, platformFee, taxWithheld, net }) => ({
    recipientId,
    affiliateId,
    platformFeeShare: platformFee,
    taxWithheldShare: taxWithheld,
    netAmount: net,
  })),
  createdBy: row.created_by,
  createdAt: iso(row.created_at),
});
