import { z } from '@hono/zod-openapi';
import { amountOut, timeOrNull, timeOut } from './common.ts';

const reason = z.object({ code: z.string(), sentence: z.string(), remedy: z.string() });
const ruleOut = z.object({ ruleId: z.string(), version: z.int() }).nullable();

/** What an affiliate is owed, and what stands against paying it. */
export const whyNotPaidOut = z
  .object({
    affiliateId: z.string(),
    provider: z.string(),
    programmeId: z.string().meta({ description: 'Whose payout rules hold.' }),
    currencies: z.array(
      z.object({
        currency: z.string(),
        payable: z.boolean().meta({ description: 'Nothing stands against paying it now.' }),
        reasons: z.array(reason).meta({ description: 'All that apply; the first matters most.' }),
        payableAmount: amountOut.meta({ description: 'Matured, and in no payment.' }),
        heldAmount: amountOut,
        maturingAmount: amountOut,
        nextAvailableAt: timeOrNull.meta({ description: 'When the next of it matures.' }),
        inFlight: z.array(
          z.object({
            paymentId: z.string(),
            batchId: z.string(),
            status: z.string(),
            holdReason: z.string().nullable(),
            amount: amountOut,
          }),
        ),
        minimum: z.object({
          amount: amountOut,
          from: z.enum(['rule', 'currency', 'provider', 'channel']),
          rule: ruleOut,
        }),
        maximum: z.object({ amount: amountOut, rule: ruleOut }).nullable(),
        lastLeftOut: reason
          .extend({ batchId: z.string(), batchNumber: z.int(), at: timeOut })
          .nullable()
          .meta({ description: 'The last batch that left the affiliate out.' }),
      }),
    ),
    holds: z.array(
      z.object({
        id: z.string(),
        subject: z.object({ kind: z.string(), id: z.string() }),
        kind: z.string(),
        reason: z.string(),
        owner: z.string(),
        expiresAt: timeOrNull,
        createdAt: timeOut,
      }),
    ),
  })
  .meta({ id: 'WhyNotPaid' });
