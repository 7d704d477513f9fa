import { z } from '@hono/zod-openapi';

/** One answer for each item given, in the same order. */
export const ingestedOut = z.object({
  items: z.array(z.object({ id: z.string(), externalId: z.string(), created: z.boolean() })),
});
