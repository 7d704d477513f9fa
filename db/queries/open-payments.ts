import { z } from 'zod';
import { SENDS_PER_GENERATION_MAX } from '../../domain/limits.ts';
import type { Db } from '../client.ts';
import { amountColumn } from '../rows.ts';

const openRow = z.object({
  id: z.string(),
  generation: z.number(),
  failures: z.number(),
  status: z.enum(['PROCESSING', 'UNKNOWN']),
  amount_minor: amountColumn,
  currency: z.string(),
  quiet_ms: z.number(),
});
export type OpenPayment = z.infer<typeof openRow>;

const COLUMNS = `p.id, p.generation, p.failures, p.status, p.amount_minor, p.currency,
  (extract(epoch from now() - a.last_sent_at) * 1000)::float8 as quiet_ms`;

const FROM = `from payments p join attempts a on a.payment_id = p.id and a.generation = p.generation
  join batches b on b.id = p.batch_id`;

/** Accepted payments of a batch that await their end, the next `limit` after a payment id. */
export const acceptedPayments = (
  db: Db,
  batchId: string,
  afterId: string,
  limit: number,
): Promise<OpenPayment[]> =>
  db.run(
    openRow,
    `select ${COLUMNS} ${FROM}
     where p.batch_id = $1 and p.status = 'PROCESSING' and a.status = 'ACCEPTED' and p.id > $2
     order by p.id limit $3`,
    [batchId, afterId, limit],
  );

/**
 * Payments in doubt that no slice will look at again: their sends are used up, or their batch has
 * left the slot. The next `limit` after a payment id.
 */
export const doubtfulPayments = (
  db: Db,
  batchId: string,
  afterId: string,
  limit: number,
): Promise<OpenPayment[]> =>
  db.run(
    openRow,
    `select ${COLUMNS} ${FROM}
     where p.batch_id = $1 and p.id > $2 and (
       (p.status = 'UNKNOWN' and (p.failures >= ${SENDS_PER_GENERATION_MAX} or b.status <> 'PROCESSING'))
       or (p.status = 'PROCESSING' and a.status = 'SENDING' and b.status = 'SETTLING'))
     order by p.id limit $3`,
    [batchId, afterId, limit],
  );
