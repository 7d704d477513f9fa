import { z } from '@hono/zod-openapi';
import { policyInForce, type SecurityPolicy } from '../../../db/queries/security-policy.ts';
import { toJsonAmount } from '../../../domain/money.ts';
import { amountOut, iso, timeOut } from '../../schemas/common.ts';

const measures = {
  baseCurrency: z.string(),
  highValueAmount: amountOut,
  secondApproverFactor: z.int(),
  undoWindowSeconds: z.int(),
  accountCooldownHours: z.int(),
};

export const policyOut = z
  .object({
    ...measures,
    inForce: z
      .object({
        ...measures,
        fullyFrom: timeOut.nullable().meta({
          description: 'When all of the policy holds; null where it does already.',
        }),
      })
      .meta({ description: 'What holds now: a looser policy holds a day after it was set.' }),
    risk: z.record(z.string(), z.unknown()),
    version: z.int(),
    updatedBy: z.string(),
    updatedAt: timeOut,
  })
  .meta({ id: 'SecurityPolicy' });

export function toPolicy(policy: SecurityPolicy): z.infer<typeof policyOut> {
  const { highValueMinor, fullyFrom, ...inForce } = policyInForce(policy);
  return {
    baseCurrency: policy.baseCurrency,
    highValueAmount: toJsonAmount(policy.highValueMinor),
    secondApproverFactor: policy.secondApproverFactor,
    undoWindowSeconds: policy.undoWindowSeconds,
    accountCooldownHours: policy.accountCooldownHours,
    inForce: {
      ...inForce,
      highValueAmount: toJsonAmount(highValueMinor),
      fullyFrom: fullyFrom && iso(fullyFrom),
    },
    risk: policy.risk,
    version: policy.version,
    updatedBy: policy.updatedBy,
    updatedAt: iso(policy.updatedAt),
  };
}
