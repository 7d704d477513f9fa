import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';

/** Writes a payee with a verified account and one payable of a commission; answers their ids. */
export async function insertPayable(
  db: Db,
  given: {
    amountMinor?: bigint;
    kycStatus?: string | null;
    hold?: string | null;
    currency?: string;
    accountRef?: string;
  } = {},
) {
  const { amountMinor = 10_000n, kycStatus = 'APPROVED', hold = null, currency = 'USD' } = given;
  const payeeId = newId('payee');
  const commissionId = newId('commission');
  const payableId = newId('payable');
  const accountRef = given.accountRef ?? `ref-${payeeId}`;
  await db.run(
    z.unknown(),
    `with payee as (
       insert into payees (id, external_id, full_name, email, country, currency, hold_reason)
       values ($1, $1, 'A Payee', 'payee@example.test', 'US', $5, $7) returning id
     ),
     account as (
       insert into accounts (id, payee_id, provider, account_ref, kyc_status)
       select $8, id, 'mock', $9, $6 from payee where $6::text is not null
     ),
     payable as (
       insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open)
       select $2, id, $5, $4, 1, now(), true from payee returning id
     ),
     books as (
       insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id)
       values ($3 || ':earned', 1, 'commission_expense', case when $4::bigint > 0 then 'debit' else 'credit' end, abs($4::bigint), $5, $1),
              ($3 || ':earned', 2, 'payee_payable', case when $4::bigint > 0 then 'credit' else 'debit' end, abs($4::bigint), $5, $1)
     )
     insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at)
     select $3, $3, $1, $4, $5, 'APPROVED', id, now() from payable`,
    [
      payeeId,
      payableId,
      commissionId,
      amountMinor,
      currency,
      kycStatus,
      hold,
      newId('account'),
      accountRef,
    ],
  );
  return { payeeId, payableId, commissionId, accountRef };
}
