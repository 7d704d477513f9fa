import { z } from 'zod';
import type { Db } from '../client.ts';

/**
 * Keeps payments from being sent again until a person has looked: of the ids that `ids` (an array
 * expression) names, unsent ones are held and failed ones lose their later retry. Ends in `frozen`
 * with its audit rows in `trail_of_frozen`.
 */
export const freezeStatement = (ids: string): string => `
  frozen as (
    update payments p set status = case p.status when 'PENDING' then 'ON_HOLD' else p.status end,
      hold_reason = case p.status when 'PENDING' then 'risk' else p.hold_reason end,
      held_at = case p.status when 'PENDING' then now() else p.held_at end, retry_at = null, updated_at = now()
    from payments o
    where o.id = p.id and p.status = o.status and p.status in ('PENDING', 'FAILED') and p.id = any(${ids})
    returning p.id, p.batch_id, o.status as was
  ),
  trail_of_frozen as (
    insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor, details)
    select 'payment.held', 'WARNING', batch_id, id, was, 'ON_HOLD', 'system', jsonb_build_object('reason', 'risk')
    from frozen where was = 'PENDING'
  )`;

/** Keeps these payments from being sent again until a person has looked. Safe to repeat. */
export const freezePayments = (db: Db, ids: readonly string[]): Promise<unknown> =>
  ids.length === 0
    ? Promise.resolve([])
    : db.run(
        z.object({ id: z.string() }),
        `with ${freezeStatement('$1::text[]')} select id from frozen`,
        [[...ids]],
      );
