import { z } from 'zod';
import type { HoldReason } from '../../domain/payment.ts';
import type { Db } from '../client.ts';

/** Puts unsent payments on hold, with what their accounts lack. Safe to repeat. */
export async function holdPayments(
  db: Db,
  held: readonly { paymentId: string; why: string }[],
  reason: HoldReason,
): Promise<void> {
  if (held.length === 0) return;
  await db.run(
    z.unknown(),
    `with input as (select * from unnest($1::text[], $2::text[]) as i (id, why)),
     stopped as (
       update payments p set status = 'ON_HOLD', hold_reason = $3, held_at = now(), updated_at = now()
       from input i where p.id = i.id and p.status = 'PENDING'
       returning p.id, p.batch_id, i.why
     )
     insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor, details)
     select 'payment.held', 'WARNING', batch_id, id, 'PENDING', 'ON_HOLD', 'system',
       jsonb_build_object('reason', $3::text, 'why', why)
     from stopped`,
    [held.map(({ paymentId }) => paymentId), held.map(({ why }) => why), reason],
  );
}
