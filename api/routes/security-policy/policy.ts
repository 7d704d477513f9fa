import { z } from '@hono/zod-openapi';
import type { SecurityPolicy } from '../../../db/queries/security-policy.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { amountOut, iso, timeOut } from '../../schemas/common.ts';

export const policyOut = z
  .object({
    baseCurrency: z.string(),
    highValueAmount: amountOut,
    secondApproverFactor: z.int(),
    undoWindowSeconds: z.int(),
    accountCooldownHours: z.int(),
    risk: z.record(z.string(), z.unknown()),
    version: z.int(),
    updatedBy: z.string(),
    updatedAt: timeOut,
  })
  .meta({ id: 'SecurityPolicy' });

export const toPolicy = ({
  highValueMinor,
  updatedAt,
  ...policy
}: SecurityPolicy): z.infer<typeof policyOut> => ({
  ...policy,
  highValueAmount: toJsonAmount(highValueMinor),
  updatedAt: iso(updatedAt),
});
