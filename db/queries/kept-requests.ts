import { z } from 'zod';
import type { Db } from '../client.ts';

const keptRow = z.object({ payment_id: z.string(), request_sealed: z.string() });

/**
 * The kept requests of payments in doubt that are about to be sent once more under their old key, with
 * the send written down first. Left out are those of which somebody else has learned more meanwhile,
 * and those of batches that are paused or cancelled: nothing of them is sent.
 */
export const keptRequests = (
  db: Db,
  attempts: readonly { paymentId: string; generation: number }[],
) =>
  db.run(
    keptRow,
    `update attempts a set sends = a.sends + 1, last_sent_at = now()
     from unnest($1::text[], $2::int[]) as i (id, generation)
     join payments p on p.id = i.id and p.generation = i.generation and p.status = 'UNKNOWN'
     join batches b on b.id = p.batch_id and b.cancel_requested_at is null
       and b.paused_at is null
     where a.payment_id = i.id and a.generation = i.generation and a.status = 'UNKNOWN'
       and a.request_sealed is not null
     returning a.payment_id, a.request_sealed`,
    [attempts.map(({ paymentId }) => paymentId), attempts.map(({ generation }) => generation)],
  );
