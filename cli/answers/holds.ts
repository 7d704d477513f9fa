import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

const holdSchema = z.looseObject({
  id: text,
  subject: text,
  subjectId: text,
  kind: text,
  reason: text,
  owner: text,
  active: z.boolean(),
  expiresAt: orNull,
  createdAt: text,
  releasedAt: orNull,
  releaseReason: orNull,
});
/** A reason not to pay somebody or something, as the CLI reads it. */
export type Hold = z.infer<typeof holdSchema>;

export const oneHold = z.looseObject({ hold: holdSchema });
export const holdPage = z.looseObject({ holds: z.array(holdSchema), nextCursor: orNull });

const debtSchema = z.looseObject({
  affiliateId: text,
  fullName: text,
  currency: text,
  amount: z.int(),
  since: orNull,
  ageDays: z.int().nullable(),
  commissionCount: z.int(),
});
/** What an affiliate owes, as the CLI reads it. */
export type Debt = z.infer<typeof debtSchema>;

export const debtPage = z.looseObject({ debts: z.array(debtSchema), nextCursor: orNull });
export const writtenOff = z.looseObject({
  writeOff: z.looseObject({ affiliateId: text, amount: z.int(), currency: text }),
});
