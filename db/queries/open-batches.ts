import { z } from 'zod';
import { BATCH_STATES } from '../../domain/batch.ts';
import type { Db } from '../client.ts';

/** Batches that must have a workflow: whatever waits for the slot, holds it, or settles. */
export const openBatches = (db: Db) =>
  db.run(
    z.object({ id: z.string(), status: z.enum(BATCH_STATES), paused: z.boolean() }),
    `select id, status, paused_at is not null as paused from batches
     where status in ('QUEUED', 'PROCESSING', 'SETTLING')
       or (status = 'PENDING' and execute_requested_at is not null and deleted_at is null)
     order by queue_rank nulls last limit 10000`,
  );

/** Batches with an event that waits for a look-up of its payment, and those events' payments. */
export const batchesWithWaitingEvents = (db: Db) =>
  db.run(
    z.object({ batch_id: z.string() }),
    `select distinct p.batch_id from webhook_events e join payments p on p.id = e.payment_id
     where e.result = 'waiting' and p.status = 'PROCESSING' limit 1000`,
  );

/** Closes the books on waiting events whose payments have moved on without them. */
export const settleWaitingEvents = (db: Db): Promise<unknown> =>
  db.run(
    z.unknown(),
    `update webhook_events e set result = 'ignored', applied_at = now()
     from payments p
     where e.result = 'waiting' and p.id = e.payment_id and p.status not in ('UNKNOWN', 'PROCESSING', 'PENDING')`,
  );
