import { z } from '@hono/zod-openapi';
import type { Stall } from '../../db/queries/stalled-batches.ts';
import { STALL_REASONS } from '../../domain/stalled.ts';
import { iso, timeOut } from './common.ts';

/** That a batch does not move, worked out when it is asked for. */
export const batchStalled = z
  .object({
    reason: z.enum(STALL_REASONS).meta({
      description:
        '`no_worker`: none was heard of for 20 seconds; `no_progress`: nothing was sent or settled for 10 minutes; `provider_silent`: all is sent, and nothing was settled for an hour.',
    }),
    since: timeOut.meta({ description: 'When something of it last changed its state.' }),
  })
  .nullable()
  .meta({ description: 'Null where it moves, or waits as it should.' });

export const toStalled = (stall: Stall | undefined): z.infer<typeof batchStalled> =>
  stall ? { reason: stall.reason, since: iso(stall.since) } : null;
