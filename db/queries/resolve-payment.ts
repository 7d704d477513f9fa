import { z } from 'zod';
import type { CaseKind } from '../../domain/case.ts';
import { DomainError } from '../../domain/errors.ts';
import { DECLARED_NOT_PAID, PAYMENT_STATES } from '../../domain/payment.ts';
import type { Db } from '../client.ts';
import type { Actor } from './actor.ts';
import { recordStatement } from './record-statement.ts';

/** What a person found out about a payment in doubt. */
export interface PersonVerdict {
  paymentId: string;
  verdict: 'paid' | 'not_paid';
  reason: string;
  /** The provider's own id, where the person was told it. */
  providerPaymentId: string | null;
  /** For so long after its last send a payment may still turn up at its provider. */
  quietMs: number;
  actor: Actor;
}

/** Cases that a verdict on the payment answers. */
const ANSWERED: readonly CaseKind[] = [
  'unknown_outcome',
  'unknown_status',
  'wrong_answer',
  'contradiction',
  'missing_there',
  'status_differs',
];

/** A payment under way is a person's to judge only where a case about it is open. */
const UNDER_REVIEW = `
  p.status = 'PROCESSING' and a.status in ('ACCEPTED', 'SENDING') and exists (
    select 1 from cases c where c.status = 'OPEN' and c.kind = any($8::text[])
      and (c.payment_id = p.id or (c.kind = 'unknown_status' and c.subject = p.provider)))`;

const statement = `
  with input as (
    select p.id, p.generation, case $2 when 'paid' then 'SETTLED' else 'FAILED' end as verdict,
      $4::text as provider_payment_id, null::text as provider_code, '${DECLARED_NOT_PAID}' as failure_code,
      $3::text as failure_reason, false as burns, 0::float8 as delay_ms, 0 as retries, false as blocks
    from payments p join attempts a on a.payment_id = p.id and a.generation = p.generation
    where p.id = $1 and (p.status = 'UNKNOWN' or (${UNDER_REVIEW}))
      and ($2 = 'paid' or a.last_sent_at < now() - $5::float8 * interval '1 ms')
      and ($4::text is null or p.provider_payment_id is null or p.provider_payment_id = $4)
  ), ${recordStatement('true', '$6::text')},
  closed as (
    update cases c set status = 'RESOLVED', resolution = $2 || ': ' || $3, resolved_by = $6, resolved_at = now(),
      updated_at = now()
    from changed where c.payment_id = changed.id and c.status = 'OPEN' and c.kind = any($8::text[])
    returning c.id, c.batch_id, c.payment_id
  ),
  trail_of_person as (
    insert into audit_logs (action, status, batch_id, payment_id, actor, ip_address, user_agent, details)
    select 'payment.resolved', 'WARNING', batch_id, id, $6, $7::text, $9::text,
      jsonb_build_object('verdict', $2::text, 'reason', $3::text) from changed
    union all
    select 'case.resolved', 'INFO', batch_id, payment_id, $6, $7::text, $9::text,
      jsonb_build_object('caseId', id, 'resolution', $2::text) from closed
  )
  select id, batch_id from changed`;

/**
 * Records a person's verdict on a payment that nobody else can tell about, with its reason, and closes
 * its cases: all in one statement. Paid completes it; not paid fails it, so that a person may retry it
 * under a new key. Answers its batch. Throws `not_found`, or `invalid_state` where it is not in doubt,
 * was sent a moment ago, or is known by another id of the provider.
 */
export async function resolvePayment(db: Db, given: PersonVerdict): Promise<{ batchId: string }> {
  const { paymentId, actor } = given;
  const [row] = await db.run(z.object({ batch_id: z.string() }), statement, [
    paymentId,
    given.verdict,
    given.reason,
    given.providerPaymentId,
    given.quietMs,
    actor.id,
    actor.ipAddress,
    [...ANSWERED],
    actor.userAgent,
  ]);
  if (row) return { batchId: row.batch_id };
  throw await refusal(db, given);
}

async function refusal(db: Db, { paymentId, providerPaymentId }: PersonVerdict) {
  const [payment] = await db.run(
    z.object({ status: z.enum(PAYMENT_STATES), provider_payment_id: z.string().nullable() }),
    'select status, provider_payment_id from payments where id = $1',
    [paymentId],
  );
  if (!payment) return new DomainError('not_found', 'There is no such payment.');
  const known = payment.provider_payment_id;
  if (providerPaymentId !== null && known !== null && known !== providerPaymentId)
    return new DomainError('invalid_state', 'The provider knows the payment by another id.');
  if (payment.status === 'UNKNOWN')
    return new DomainError(
      'invalid_state',
      'The payment was sent a moment ago and may still turn up at its provider; wait a minute.',
    );
  return new DomainError(
    'invalid_state',
    `A payment that is ${payment.status} takes no verdict; one that is UNKNOWN does, or PROCESSING with an open case.`,
  );
}
