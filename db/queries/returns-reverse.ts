import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { paymentReference } from '../../domain/ids.ts';
import { PAYMENT_STATES } from '../../domain/payment.ts';
import type { LookupResult } from '../../domain/outcome.ts';
import type { Db } from '../client.ts';
import type { Actor } from './actor.ts';
import { attemptsByReference, type SentAttempt } from './reconcile-orders.ts';
import { recordFound } from './record-found.ts';
import { toVerdict } from './record-outcomes.ts';

/**
 * Writes down that somebody calls the money of a completed payment back, before the provider is
 * asked to. Answers what the provider needs. Throws `not_found`, or `invalid_state` where the
 * payment is not COMPLETED.
 */
export async function beginReversal(
  db: Db,
  { paymentId, actor, reason }: { paymentId: string; actor: Actor; reason: string },
): Promise<SentAttempt> {
  const rows = await db.run(
    z.object({ generation: z.number() }),
    `with chosen as (select id, batch_id, generation from payments where id = $1 and status = 'COMPLETED'),
     trail as (
       insert into audit_logs (action, status, batch_id, payment_id, actor, ip_address, user_agent, details)
       select 'payment.reversal_requested', 'INFO', batch_id, id, $2, $3, $4, jsonb_build_object('reason', $5::text)
       from chosen
     )
     select generation from chosen`,
    [paymentId, actor.id, actor.ipAddress, actor.userAgent, reason],
  );
  const [chosen] = rows;
  const [attempt] = chosen
    ? await attemptsByReference(db, [paymentReference(paymentId, chosen.generation)])
    : [];
  if (attempt) return attempt;
  const [payment] = await db.run(
    z.object({ status: z.enum(PAYMENT_STATES) }),
    'select status from payments where id = $1',
    [paymentId],
  );
  if (!payment) throw new DomainError('not_found', 'There is no such payment.');
  throw new DomainError(
    'invalid_state',
    `Money can be called back of a payment that is COMPLETED; this one is ${payment.status}.`,
  );
}

/** Records what a look-up after a reversal found; true once the money is back. Safe to repeat. */
export async function recordReversal(
  db: Db,
  { payment_id: paymentId, generation }: SentAttempt,
  found: LookupResult | undefined,
): Promise<boolean> {
  if (found?.kind !== 'RETURNED') return false;
  await recordFound(db, [toVerdict({ paymentId, generation, failures: 0 }, found)]);
  return true;
}
