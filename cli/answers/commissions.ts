import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

export const commissionWhy = z.looseObject({
  commission: z.looseObject({
    id: text,
    affiliateId: text,
    kind: text,
    amount: z.int(),
    currency: text,
    status: text,
    earnedAt: text,
    availableAt: orNull,
  }),
  conversion: z.looseObject({ id: text, externalId: text }).nullable(),
  rules: z.record(text, z.looseObject({ ruleId: text, version: z.int() })),
  steps: z.array(z.looseObject({ step: text, text, amount: z.int().nullable() })),
});
/** A commission, and the steps by which it came about. */
export type CommissionWhy = z.infer<typeof commissionWhy>;

export const calculated = z.looseObject({
  programmeId: text,
  workflowId: text,
  rejudgedAffiliates: z.int(),
  done: z.looseObject({ affiliates: z.int(), decisions: z.int(), commissions: z.int() }).optional(),
});
/** A calculation that was begun, with its counts where it was waited for and is done. */
export type Calculated = z.infer<typeof calculated>;
