import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

const partSchema = z.looseObject({
  recipientId: text,
  grossShare: z.int(),
  platformFeeShare: z.int(),
  taxWithheldShare: z.int(),
  netAmount: z.int(),
});
export const calculated = z.looseObject({
  modelVersion: z.int(),
  currency: text,
  amount: z.int(),
  breakdown: z.array(partSchema),
  totalDistributed: z.int(),
  platformFee: z.int(),
  taxWithheld: z.int(),
});
/** How an amount is divided, as the CLI reads it. */
export type Calculated = z.infer<typeof calculated>;

export const storedModel = z.looseObject({
  projectId: text,
  version: z.int(),
  model: z.record(text, z.unknown()),
});

export const scheduled = z.looseObject({
  batchId: text,
  itemsCount: z.int(),
  estimatedTotalPayout: z.int(),
  message: text,
});

const itemSchema = z.looseObject({
  recipientId: text,
  paymentId: orNull,
  netAmount: z.int(),
  status: text,
  failureReason: orNull,
});
const payoutSchema = z.looseObject({
  batchId: text,
  escrowId: text,
  milestoneId: orNull,
  projectId: text,
  status: text,
  currency: text,
  amount: z.int(),
  totalNet: z.int(),
  platformFee: z.int(),
  taxWithheld: z.int(),
  refunded: z.int(),
  createdAt: text,
});
/** A release as lists show it. */
export type Payout = z.infer<typeof payoutSchema>;
export const onePayout = payoutSchema.extend({ items: z.array(itemSchema), nextCursor: orNull });
export type PayoutWithItems = z.infer<typeof onePayout>;
export const payoutPage = z.looseObject({ payouts: z.array(payoutSchema), nextCursor: orNull });

export const refunded = z.looseObject({
  refund: z.looseObject({ refundId: text, amount: z.int(), currency: text, batchId: text }),
});
