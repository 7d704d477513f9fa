import { z } from 'zod';
import { SENDS_PER_GENERATION_MAX } from '../../domain/limits.ts';
import type { Db } from '../client.ts';
import { amountColumn, instantColumn } from '../rows.ts';
import type { LookupOrder } from '../../providers/port.ts';
import { groupReference, paymentReference } from '../../domain/ids.ts';

const openRow = z.object({
  id: z.string(),
  generation: z.number(),
  failures: z.number(),
  status: z.enum(['PROCESSING', 'UNKNOWN']),
  amount_minor: amountColumn,
  currency: z.string(),
  quiet_ms: z.number(),
  chunk: z.number(),
  batch_id: z.string(),
  account_ref: z.string(),
  provider_payment_id: z.string().nullable(),
  attempt_created_at: instantColumn,
});
export type OpenPayment = z.infer<typeof openRow>;

const COLUMNS = `p.id, p.generation, p.failures, p.status, p.amount_minor, p.currency,
  (extract(epoch from now() - a.last_sent_at) * 1000)::float8 as quiet_ms, p.chunk, p.batch_id, p.account_ref,
  p.provider_payment_id, a.created_at as attempt_created_at`;

const FROM = `from payments p join attempts a on a.payment_id = p.id and a.generation = p.generation
  join batches b on b.id = p.batch_id`;

/** What names a payment at its provider. */
type Findable = Pick<
  OpenPayment,
  | 'id'
  | 'generation'
  | 'account_ref'
  | 'amount_minor'
  | 'currency'
  | 'batch_id'
  | 'chunk'
  | 'provider_payment_id'
> & { attempt_created_at: Date | null };

/** What a look-up of the payment needs. */
export const toLookupOrder = (payment: Findable): LookupOrder => ({
  reference: paymentReference(payment.id, payment.generation),
  accountRef: payment.account_ref,
  amountMinor: payment.amount_minor,
  currency: payment.currency,
  groupId: groupReference(payment.batch_id, payment.chunk),
  providerPaymentId: payment.provider_payment_id,
  ...(payment.attempt_created_at && { sentAt: payment.attempt_created_at }),
});

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
