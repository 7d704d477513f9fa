import { z } from '@hono/zod-openapi';
import type { DeliveryRow } from '../../db/queries/event-deliveries.ts';
import type { EndpointRow } from '../../db/queries/webhook-endpoints.ts';
import { ALERT_EVENTS, DELIVERY_STATES, EVENT_TYPES, TEST_EVENT } from '../../domain/delivery.ts';
import { iso, isoOrNull, text, timeOrNull, timeOut } from './common.ts';

const URL_LENGTH_MAX = 2_000;

/** What a person says of an endpoint; whether its URL may be called is judged afterwards. */
export const endpointFields = {
  url: z
    .string()
    .trim()
    .min(1)
    .max(URL_LENGTH_MAX)
    .meta({ example: 'https://shop.example/events' }),
  eventTypes: z
    .array(z.enum(EVENT_TYPES))
    .max(EVENT_TYPES.length)
    .transform((types) => [...new Set(types)])
    .meta({ description: 'The types that it wants; an empty list is all.' }),
  description: text(200),
};

export const endpointOut = z
  .object({
    id: z.string(),
    url: z.string(),
    description: z.string().nullable(),
    eventTypes: z.array(z.string()).meta({ description: 'Empty for all types.' }),
    status: z.enum(['ENABLED', 'DISABLED']),
    disabledReason: z.string().nullable(),
    oldSecretUntil: timeOrNull.meta({ description: 'Until then the secret before signs, too.' }),
    createdBy: z.string(),
    createdAt: timeOut,
    updatedAt: timeOut,
  })
  .meta({ id: 'WebhookEndpoint' });

/** The secret, in the two answers that show it. */
export const secretOut = z.string().meta({ description: 'Shown this once: `whsec_…`.' });

/** An endpoint as answers show it; its secrets stay here. */
export const toEndpoint = (row: EndpointRow): z.infer<typeof endpointOut> => ({
  id: row.id,
  url: row.url,
  description: row.description,
  eventTypes: row.eventTypes,
  status: row.status,
  disabledReason: row.disabledReason,
  oldSecretUntil:
    row.oldSecretUntil && row.oldSecretUntil.getTime() > Date.now()
      ? iso(row.oldSecretUntil)
      : null,
  createdBy: row.createdBy,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export const deliveryState = z.enum(DELIVERY_STATES);
export const deliveredType = z.enum([...EVENT_TYPES, ...ALERT_EVENTS, TEST_EVENT]);

export const deliveryOut = z
  .object({
    eventId: z.string().meta({ description: 'The `webhook-id` of its calls.' }),
    type: z.string(),
    batchId: z.string().nullable(),
    paymentId: z.string().nullable(),
    status: deliveryState,
    tries: z.int().meta({ description: 'Since it was last made due by a person.' }),
    dueAt: timeOut,
    deliveredAt: timeOrNull,
    lastResponseStatus: z.int().nullable(),
    lastError: z.string().nullable(),
    createdAt: timeOut,
    attempts: z.array(
      z.object({
        attempt: z.int(),
        at: timeOut,
        responseStatus: z.int().nullable(),
        error: z.string().nullable(),
        durationMs: z.int(),
      }),
    ),
  })
  .meta({ id: 'EventDelivery' });

/** A delivery as answers show it, with its last tries. */
export function toDelivery(row: DeliveryRow): z.infer<typeof deliveryOut> {
  const last = row.attempts.at(-1);
  return {
    eventId: row.event_id,
    type: row.type,
    batchId: row.batch_id,
    paymentId: row.payment_id,
    status: row.status,
    tries: row.tries,
    dueAt: iso(row.due_at),
    deliveredAt: isoOrNull(row.delivered_at),
    lastResponseStatus: last?.responseStatus ?? null,
    lastError: last?.error ?? null,
    createdAt: iso(row.created_at),
    attempts: row.attempts.map(({ at, ...attempt }) => ({ ...attempt, at: iso(at) })),
  };
}
