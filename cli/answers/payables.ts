import { z } from 'zod';
import { batchSchema } from '../answers.ts';

const text = z.string();
const orNull = z.string().nullable();
const reason = z.looseObject({ code: text, sentence: text, remedy: text });

export const whyNotPaid = z.looseObject({
  affiliateId: text,
  provider: text,
  programmeId: text,
  currencies: z.array(
    z.looseObject({
      currency: text,
      payable: z.boolean(),
      reasons: z.array(reason),
      payableAmount: z.int(),
      heldAmount: z.int(),
      maturingAmount: z.int(),
      nextAvailableAt: orNull,
      inFlight: z.array(
        z.looseObject({ paymentId: text, status: text, holdReason: orNull, amount: z.int() }),
      ),
      minimum: z.looseObject({ amount: z.int(), from: text }),
      lastLeftOut: reason.extend({ batchId: text, batchNumber: z.int(), at: text }).nullable(),
    }),
  ),
  holds: z.array(
    z.looseObject({ id: text, kind: text, reason: text, owner: text, expiresAt: orNull }),
  ),
});
/** Why a payee is not paid, as the CLI reads it. */
export type WhyNotPaid = z.infer<typeof whyNotPaid>;

export const listPaid = z.looseObject({
  listId: orNull,
  dryRun: z.boolean(),
  batch: batchSchema.nullable(),
  accepted: z.int(),
  rejected: z.int(),
  totalAmount: z.int(),
  currency: text,
  errors: z.array(
    z.looseObject({ row: z.int(), externalId: orNull, column: text, code: text, message: text }),
  ),
});
/** What came of a list of payments, as the CLI reads it. */
export type ListPaid = z.infer<typeof listPaid>;
