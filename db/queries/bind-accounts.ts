import { z } from 'zod';
import type { Slice } from '../../domain/chunks.ts';
import type { Db } from '../client.ts';
import { accountSeenAt } from './account-cooldown.ts';

/**
 * Looks up where unsent shares of an escrow release go: to the account that each payee has now. One
 * without an account is put on hold. Other batches pay the accounts that they were made for, so
 * nothing of them changes. Safe to repeat.
 */
export const bindAccounts = (db: Db, batchId: string, slice: Slice): Promise<unknown> =>
  db.run(
    z.unknown(),
    `with unsent as (
       select p.id, a.id as account_id, a.account_ref, a.changed_at
       from batches b join payments p on p.batch_id = b.id
       left join accounts a on a.payee_id = p.payee_id and a.provider = p.provider
       where b.id = $1 and b.release_id is not null and b.status = 'PROCESSING' and b.paused_at is null
         and b.cancel_requested_at is null and p.status = 'PENDING' and p.chunk between $2 and $3
     ),
     bound as (
       update payments p set account_id = u.account_id, account_ref = u.account_ref,
         account_seen_at = u.changed_at, updated_at = now()
       from unsent u
       where p.id = u.id and p.status = 'PENDING' and u.account_id is not null
         and (p.account_id is distinct from u.account_id or p.account_ref <> u.account_ref or u.changed_at > ${accountSeenAt('p')})
       returning p.id
     ),
     held as (
       update payments p set status = 'ON_HOLD', hold_reason = 'no_account', held_at = now(), updated_at = now()
       from unsent u where p.id = u.id and p.status = 'PENDING' and u.account_id is null
       returning p.id, p.batch_id
     )
     insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor, details)
     select 'payment.held', 'WARNING', batch_id, id, 'PENDING', 'ON_HOLD', 'system',
       jsonb_build_object('reason', 'no_account')
     from held`,
    [batchId, slice.fromChunk, slice.toChunk],
  );
