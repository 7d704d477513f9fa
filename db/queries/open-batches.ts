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
