import { z } from 'zod';
import { BATCH_SOURCES } from '../domain/batch.ts';
import { ROLES } from '../domain/permissions.ts';
import { RISK_LEVELS } from '../domain/risk/rule.ts';

/** The columns of approval rules and requirements that hold JSON, as they are read. */
export const storedSteps = z.array(z.object({ role: z.enum(ROLES), count: z.number() }));

export const storedConditions = z.object({
  totalAtLeastMinor: z.number().optional(),
  paymentAtLeastMinor: z.number().optional(),
  paymentsAtLeast: z.number().optional(),
  currencies: z.array(z.string()).optional(),
  providers: z.array(z.string()).optional(),
  newPayee: z.boolean().optional(),
  changedAccount: z.boolean().optional(),
  creators: z.array(z.string()).optional(),
  sources: z.array(z.enum(BATCH_SOURCES)).optional(),
  riskAtLeast: z.enum(RISK_LEVELS).optional(),
});
