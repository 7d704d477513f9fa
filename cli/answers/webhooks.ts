import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

export const webhookPage = z.looseObject({
  webhookEvents: z.array(
    z.looseObject({
      provider: text,
      eventId: text,
      type: text,
      result: text,
      reference: orNull,
      paymentId: orNull,
      replays: z.int(),
      receivedAt: text,
      appliedAt: orNull,
    }),
  ),
  nextCursor: orNull,
});
/** A stored event of a provider, without its body. */
export type WebhookEvent = z.infer<typeof webhookPage>['webhookEvents'][number];

export const replayedWebhook = z.looseObject({ result: text });
