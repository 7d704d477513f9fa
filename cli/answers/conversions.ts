import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

const decision = z.looseObject({
  revision: z.int(),
  code: orNull,
  sentence: orNull,
  gross: z.int(),
  fee: z.int(),
  net: z.int(),
  commissionId: orNull,
  rules: z.record(text, z.looseObject({ ruleId: text, version: z.int() })),
  decidedAt: text,
});
const conversion = z.looseObject({
  id: text,
  externalId: text,
  affiliateId: orNull,
  affiliateExternalId: text,
  amount: z.int(),
  reversedAmount: z.int(),
  currency: text,
  occurredAt: text,
  status: text,
  test: z.boolean(),
  customer: orNull,
  orderId: orNull,
  source: orNull,
  product: orNull,
  decision: decision.nullable(),
});
/** A conversion with what was decided about it last. */
export type Conversion = z.infer<typeof conversion>;

const reversal = z.looseObject({
  id: text,
  kind: text,
  amount: z.int(),
  occurredAt: text,
  reason: orNull,
});

export const conversionPage = z.looseObject({
  conversions: z.array(conversion),
  nextCursor: orNull,
});
export const oneConversion = z.looseObject({
  conversion,
  decisions: z.array(decision),
  reversals: z.array(reversal),
  commissions: z.array(z.looseObject({ id: text, amount: z.int(), currency: text, status: text })),
});
export type ConversionDetails = z.infer<typeof oneConversion>;

export const reversed = z.looseObject({ reversal });
