import { z } from '@hono/zod-openapi';
import type { CommissionRow } from '../../db/queries/affiliates.ts';
import { COMMISSION_STATES } from '../../domain/commission.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { amountOut, iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const commissionOut = z
  .object({
    id: z.string(),
    externalId: z.string(),
    affiliateId: z.string(),
    amount: amountOut,
    currency: z.string(),
    status: z.enum(COMMISSION_STATES),
    paymentId: z.string().nullable(),
    earnedAt: timeOut,
    availableAt: timeOrNull,
    description: z.string().nullable(),
  })
  .meta({ id: 'Commission' });

/** A commission as answers show it. */
export const toCommission = (row: CommissionRow): z.infer<typeof commissionOut> => ({
  id: row.id,
  externalId: row.external_id,
  affiliateId: row.payee_id,
  amount: toJsonAmount(row.amount_minor),
  currency: row.currency,
  status: row.status,
  paymentId: row.payment_id,
  earnedAt: iso(row.earned_at),
  availableAt: isoOrNull(row.available_at),
  description: row.description,
});
