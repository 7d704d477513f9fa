import { z } from 'zod';
import { BATCH_STATES } from '../../domain/batch.ts';
import type { Db } from '../client.ts';

/** So many batches can run, one after the other, before the next look, and more. */
const QUEUED_MAX = 500;

/**
 * Batches that must have a workflow: whatever holds the slot, settles, was paused or is the next to
 * get the slot, and what is to run once it is approved, or waits for approvals that expire. Those far behind in the queue come up before it is their turn.
 */
export const openBatches = (db: Db) =>
  db.run(
    z.object({ id: z.string(), status: z.enum(BATCH_STATES), paused: z.boolean() }),
    `select id, status, paused_at is not null as paused from batches
     where status in ('PROCESSING', 'SETTLING') or (status = 'QUEUED' and paused_at is not null)
       or (status = 'PENDING' and deleted_at is null and (execute_requested_at is not null or exists (
         select 1 from approval_requirements r
         where r.batch_id = batches.id and (r.expires_at is not null or (r.escalates_at is not null and r.escalated_at is null)))))
     union all
     (select id, status, false from batches where status = 'QUEUED' and paused_at is null
      order by queue_rank limit ${QUEUED_MAX})
     limit 10000`,
  );
