import { z } from '@hono/zod-openapi';
import type { DebtRow } from '../../db/queries/debts.ts';
import { COMMISSION_KINDS } from '../../domain/commission.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { amountOut, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const debtOut = z
  .object({
    affiliateId: z.string(),
    externalId: z.string(),
    fullName: z.string(),
    currency: z.string(),
    amount: amountOut.meta({ description: 'What is owed, above zero, in minor units.' }),
    since: timeOrNull.meta({ description: 'When the oldest of the earnings behind it was made.' }),
    ageDays: z.int().nullable(),
    commissionCount: z.int(),
    commissions: z
      .array(
        z.object({
          id: z.string(),
          externalId: z.string(),
          kind: z.enum(COMMISSION_KINDS),
          amount: amountOut,
          earnedAt: timeOut,
        }),
      )
      .meta({ description: 'What was taken back and is not paid back yet; the oldest 100.' }),
  })
  .meta({ id: 'Debt' });

/** A debt as answers show it. */
export const toDebt = (row: DebtRow): z.infer<typeof debtOut> => ({
  affiliateId: row.payee_id,
  externalId: row.external_id,
  fullName: row.full_name,
  currency: row.currency,
  amount: toJsonAmount(row.owed_minor),
  since: isoOrNull(row.since),
  ageDays: row.age_days,
  commissionCount: row.behind_count,
  commissions: row.behind,
});
