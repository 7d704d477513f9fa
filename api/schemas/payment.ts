import { z } from '@hono/zod-openapi';
import { paymentReference } from '../../domain/ids.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { PAYMENT_STATES } from '../../domain/payment.ts';
import type { payments } from '../../db/schema/payments.ts';
import { amountOut, iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const paymentState = z.enum(PAYMENT_STATES);

export const paymentOut = z
  .object({
    id: z.string(),
    batchId: z.string(),
    affiliateId: z.string(),
    status: paymentState,
    amount: amountOut,
    currency: z.string(),
    provider: z.string(),
    accountRef: z.string().nullable().meta({
      description: 'Null for an escrow share that has not been sent: it is looked up then.',
    }),
    reference: z
      .string()
      .meta({ description: 'What the provider is given, and the idempotency key.' }),
    providerPaymentId: z.string().nullable(),
    commissionCount: z.int(),
    chunk: z.int(),
    attempts: z.int().meta({ description: 'Generations of submission so far.' }),
    failures: z
      .int()
      .meta({ description: 'Failed sends of the newest generation; four use it up.' }),
    failureCode: z.string().nullable(),
    failureReason: z.string().nullable(),
    holdReason: z.string().nullable(),
    reissueOf: z
      .string()
      .nullable()
      .meta({ description: 'The returned or cancelled payment that this one pays again.' }),
    dueAt: timeOrNull,
    createdAt: timeOut,
    submittedAt: timeOrNull,
    completedAt: timeOrNull,
  })
  .meta({ id: 'Payment' });

/** A payment as answers show it. Before the first submission `reference` is the one to come. */
export const toPayment = (row: typeof payments.$inferSelect): z.infer<typeof paymentOut> => ({
  id: row.id,
  batchId: row.batchId,
  affiliateId: row.payeeId,
  status: row.status,
  amount: toJsonAmount(row.amountMinor),
  currency: row.currency,
  provider: row.provider,
  accountRef: row.accountRef,
  reference: paymentReference(row.id, Math.max(1, row.generation)),
  providerPaymentId: row.providerPaymentId,
  commissionCount: row.commissionCount,
  chunk: row.chunk,
  attempts: row.generation,
  failures: row.failures,
  failureCode: row.failureCode,
  failureReason: row.failureReason,
  holdReason: row.holdReason,
  reissueOf: row.reissueOf,
  dueAt: isoOrNull(row.dueAt),
  createdAt: iso(row.createdAt),
  submittedAt: isoOrNull(row.submittedAt),
  completedAt: isoOrNull(row.completedAt),
});
