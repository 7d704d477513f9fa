import { z } from 'zod';

/** A payout as the mock provider tells it (simulator/README.md). Unknown status words are let through. */
export const payoutSchema = z.object({
  id: z.string().min(1).max(100),
  reference: z.string(),
  recipient: z.string(),
  amount: z.int(),
  currency: z.string(),
  status: z.string(),
  failureCode: z.string().nullish(),
  createdAt: z.iso.datetime(),
});
export type Payout = z.infer<typeof payoutSchema>;

export const errorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string().optional() }),
});

export const batchSchema = z.object({
  results: z.array(
    z.object({
      reference: z.string(),
      payout: payoutSchema.optional(),
      error: errorSchema.shape.error.optional(),
    }),
  ),
});

export const payoutListSchema = z.object({
  payouts: z.array(payoutSchema),
  nextCursor: z.string().nullish(),
});

export const balanceSchema = z.object({ currency: z.string(), available: z.int() });

const accountSchema = z.object({
  accountRef: z.string(),
  kycStatus: z.enum(['NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED']),
  email: z.string().nullish(),
});

export const accountsSchema = z.object({ accounts: z.array(accountSchema) });

const eventBase = {
  id: z.string().min(1).max(200),
  type: z.string().min(1).max(100),
};

export const webhookSchema = z.object({ ...eventBase, data: z.object({ payout: payoutSchema }) });

/** An event that tells how an account stands since `createdAt`. */
export const accountEventSchema = z.object({
  ...eventBase,
  type: z.literal('account.updated'),
  createdAt: z.iso.datetime(),
  data: z.object({ account: accountSchema }),
});

/** Reads JSON of a known shape; null for anything else, since foreign data never throws. */
export function readJson<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
