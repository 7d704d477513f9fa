import { z } from '@hono/zod-openapi';
import type { listPaymentEvents } from '../../db/queries/payments.ts';
import type { PaymentWithDetails } from '../../db/shapes.ts';
import { ATTEMPT_STATES } from '../../domain/attempt.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const attemptOut = z
  .object({
    generation: z.int(),
    idempotencyKey: z.string(),
    requestHash: z.string(),
    status: z.enum(ATTEMPT_STATES),
    sends: z.int(),
    providerPaymentId: z.string().nullable(),
    providerCode: z.string().nullable(),
    createdAt: timeOut,
    lastSentAt: timeOut,
    answeredAt: timeOrNull,
    closedAt: timeOrNull,
  })
  .meta({ id: 'Attempt' });

/** One generation of a payment's submission as answers show it. */
export const toAttempt = (
  row: PaymentWithDetails['attempts'][number],
): z.infer<typeof attemptOut> => ({
  generation: row.generation,
  idempotencyKey: row.idempotencyKey,
  requestHash: row.requestHash,
  status: row.status,
  sends: row.sends,
  providerPaymentId: row.providerPaymentId,
  providerCode: row.providerCode,
  createdAt: iso(row.createdAt),
  lastSentAt: iso(row.lastSentAt),
  answeredAt: isoOrNull(row.answeredAt),
  closedAt: isoOrNull(row.closedAt),
});

export const webhookEventOut = z
  .object({
    eventId: z.string(),
    type: z.string(),
    result: z.string(),
    receivedAt: timeOut,
    appliedAt: timeOrNull,
  })
  .meta({ id: 'WebhookEvent' });

type EventRow = Awaited<ReturnType<typeof listPaymentEvents>>[number];

/** A stored event as answers show it; its body may hold a payee's data and stays here. */
export const toWebhookEvent = (row: EventRow): z.infer<typeof webhookEventOut> => ({
  eventId: row.eventId,
  type: row.type,
  result: row.result,
  receivedAt: iso(row.receivedAt),
  appliedAt: isoOrNull(row.appliedAt),
});
