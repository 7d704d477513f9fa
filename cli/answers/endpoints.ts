import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

const endpointSchema = z.looseObject({
  id: text,
  url: text,
  description: orNull,
  eventTypes: z.array(text),
  status: text,
  disabledReason: orNull,
  oldSecretUntil: orNull,
  createdBy: text,
  createdAt: text,
  updatedAt: text,
});
/** Where events are sent, as the CLI reads it. */
export type Endpoint = z.infer<typeof endpointSchema>;

export const oneEndpoint = z.looseObject({ endpoint: endpointSchema });
export const endpointList = z.looseObject({ endpoints: z.array(endpointSchema) });
export const endpointWithSecret = z.looseObject({ endpoint: endpointSchema, secret: text });

export const deliveryPage = z.looseObject({
  deliveries: z.array(
    z.looseObject({
      eventId: text,
      type: text,
      batchId: orNull,
      paymentId: orNull,
      status: text,
      tries: z.int(),
      dueAt: text,
      deliveredAt: orNull,
      lastResponseStatus: z.int().nullable(),
      lastError: orNull,
    }),
  ),
  nextCursor: orNull,
});
/** An event on its way to an endpoint. */
export type Delivery = z.infer<typeof deliveryPage>['deliveries'][number];

export const testedEndpoint = z.looseObject({ eventId: text });
export const replayedEvents = z.looseObject({ replayed: z.int() });
