import { z } from '@hono/zod-openapi';
import { EVENT_RESULTS, type EventRow } from '../../db/queries/webhook-events.ts';
import { iso, isoOrNull, timeOrNull, timeOut } from './common.ts';

export const eventResult = z.enum(EVENT_RESULTS);

export const storedEventOut = z
  .object({
    provider: z.string(),
    eventId: z.string(),
    type: z.string(),
    result: eventResult,
    reference: z.string().nullable(),
    paymentId: z.string().nullable(),
    providerPaymentId: z.string().nullable(),
    replays: z.int().meta({ description: 'How often a person had it applied again.' }),
    receivedAt: timeOut,
    appliedAt: timeOrNull,
  })
  .meta({ id: 'StoredEvent' });

/** A stored event as answers show it; its body may hold a payee's data and stays here. */
export const toStoredEvent = (row: EventRow): z.infer<typeof storedEventOut> => ({
  provider: row.provider,
  eventId: row.event_id,
  type: row.type,
  result: row.result,
  reference: row.reference,
  paymentId: row.payment_id,
  providerPaymentId: row.provider_payment_id,
  replays: row.replays,
  receivedAt: iso(row.created_at),
  appliedAt: row.result === 'applied' ? isoOrNull(row.applied_at) : null,
});
