import { z } from 'zod';
import { ATTEMPT_STATES } from '../../domain/attempt.ts';
import { groupReference } from '../../domain/ids.ts';
import { PAYMENT_STATES } from '../../domain/payment.ts';
import type { LookupOrder } from '../../providers/port.ts';
import type { Db } from '../client.ts';
import { amountColumn, instantColumn } from '../rows.ts';

const sentRow = z.object({
  payment_id: z.string(),
  generation: z.number(),
  reference: z.string(),
  batch_id: z.string(),
  chunk: z.number(),
  account_ref: z.string(),
  amount_minor: amountColumn,
  currency: z.string(),
  status: z.enum(PAYMENT_STATES),
  attempt_status: z.enum(ATTEMPT_STATES),
  provider_payment_id: z.string().nullable(),
  created_at: instantColumn,
});
/** An attempt as a look-up and its recording need it. */
export type SentAttempt = z.infer<typeof sentRow>;

const SELECT = `
  select a.payment_id, a.generation, a.idempotency_key as reference, p.batch_id, p.chunk, p.account_ref,
    p.amount_minor, p.currency, p.status, a.status as attempt_status, a.provider_payment_id, a.created_at
  from attempts a join payments p on p.id = a.payment_id`;

/** What a look-up of the attempt needs. */
export const toOrder = (attempt: SentAttempt): LookupOrder => ({
  reference: attempt.reference,
  accountRef: attempt.account_ref,
  amountMinor: attempt.amount_minor,
  currency: attempt.currency,
  groupId: groupReference(attempt.batch_id, attempt.chunk),
  providerPaymentId: attempt.provider_payment_id,
  sentAt: attempt.created_at,
});

/** The attempts with these references. */
export const attemptsByReference = (
  db: Db,
  references: readonly string[],
): Promise<SentAttempt[]> =>
  db.run(
    sentRow,
    `${SELECT} join unnest($1::text[]) as r (reference)
       on a.payment_id = split_part(r.reference, ':', 1) and a.idempotency_key = r.reference`,
    [[...references]],
    { deadlineMs: 60_000 },
  );

/** A place in the order of attempts. */
export interface AttemptPlace {
  paymentId: string;
  generation: number;
}

/** A provider's attempts made between two instants, the next `limit` after a place. */
export const attemptsBetween = (
  db: Db,
  given: { provider: string; from: Date; to: Date; after: AttemptPlace; limit: number },
): Promise<SentAttempt[]> =>
  db.run(
    sentRow,
    `${SELECT}
     where p.provider = $1 and a.created_at >= $2 and a.created_at < $3
       and (a.payment_id, a.generation) > ($4, $5::int)
     order by a.payment_id, a.generation limit $6`,
    [
      given.provider,
      given.from.toISOString(),
      given.to.toISOString(),
      given.after.paymentId,
      given.after.generation,
      given.limit,
    ],
    { deadlineMs: 120_000 },
  );

/** Payments completed on one of these days (UTC), the next `limit` after a payment id. */
export const completedOn = (
  db: Db,
  given: { provider: string; days: readonly string[]; after: string; limit: number },
): Promise<SentAttempt[]> =>
  db.run(
    sentRow,
    `${SELECT} and a.generation = p.generation
     where p.provider = $1 and p.status = 'COMPLETED' and p.id > $3
       and (p.completed_at at time zone 'UTC')::date = any($2::date[])
     order by p.id limit $4`,
    [given.provider, [...given.days], given.after, given.limit],
    { deadlineMs: 120_000 },
  );
