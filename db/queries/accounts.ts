import { and, asc, eq, gt } from 'drizzle-orm';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { AccountState } from '../../providers/port.ts';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { accounts } from '../schema/accounts.ts';
import type { Actor } from './actor.ts';

export type AccountRow = typeof accounts.$inferSelect;
export type KycStatus = AccountRow['kycStatus'];

/** Accounts at one provider, oldest first, after id `after`. */
export const listAccounts = (
  db: Db,
  provider: string,
  after: string | undefined,
  limit: number,
): Promise<AccountRow[]> =>
  db.orm
    .select()
    .from(accounts)
    .where(
      and(
        eq(accounts.provider, provider),
        after === undefined ? undefined : gt(accounts.id, after),
      ),
    )
    .orderBy(asc(accounts.id))
    .limit(limit);

/** One account at that provider; null where it is not there. */
export async function findAccount(
  db: Db,
  provider: string,
  id: string,
): Promise<AccountRow | null> {
  const rows = await db.orm
    .select()
    .from(accounts)
    .where(and(eq(accounts.provider, provider), eq(accounts.id, id)));
  return rows[0] ?? null;
}

export interface NewAccount {
  id: string;
  payeeId: string;
  provider: string;
  accountRef: string;
  email: string | undefined;
  details: Record<string, unknown> | undefined;
  kycStatus: KycStatus;
}

/**
 * Adds a payee's account at a provider, with its audit row. Throws `not_found` for an unknown payee
 * and `account_exists` where the payee has one there already; the same call again is no conflict.
 */
export async function createAccount(db: Db, account: NewAccount, actor: Actor): Promise<void> {
  const rows = await db.run(
    z.object({ payee: z.boolean(), made: z.boolean(), same: z.boolean() }),
    `with payee as (select id from payees where id = $2),
     made as (
       insert into accounts (id, payee_id, provider, account_ref, email, details, kyc_status, verified_at)
       select $1, id, $3, $4, $5, $6::text::jsonb, $7, case when $7 = 'APPROVED' then now() end from payee
       on conflict do nothing returning id
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'account.created', 'SUCCESS', $8, $9, $10,
         jsonb_build_object('accountId', id, 'affiliateId', $2::text, 'provider', $3::text, 'kycStatus', $7::text)
       from made
     )
     select exists (select 1 from payee) as payee, exists (select 1 from made) as made,
       exists (select 1 from accounts where id = $1 and payee_id = $2) as same`,
    [
      account.id,
      account.payeeId,
      account.provider,
      account.accountRef,
      account.email ?? null,
      account.details ? JSON.stringify(account.details) : null,
      account.kycStatus,
      actor.id,
      actor.ipAddress,
      actor.userAgent,
    ],
  );
  const { payee, made, same } = onlyRow(rows);
  if (!payee) throw new DomainError('not_found', 'There is no such affiliate; check the id.');
  if (!made && !same) {
    throw new DomainError(
      'account_exists',
      'This affiliate has an account at this provider already; change that one.',
    );
  }
}

export interface AccountChange {
  accountRef?: string | undefined;
  email?: string | undefined;
  details?: Record<string, unknown> | undefined;
  kycStatus?: KycStatus | undefined;
}

/**
 * Changes an account with its audit row, which names the fields and never the values. Another
 * reference or other details set `changedAt`, so payments made before are checked again.
 */
export async function updateAccount(
  db: Db,
  provider: string,
  id: string,
  change: AccountChange,
  actor: Actor,
): Promise<void> {
  await db.run(
    z.unknown(),
    `with changed as (
       update accounts a set
         account_ref = coalesce($3, a.account_ref),
         email = coalesce($4, a.email),
         details = coalesce($5::text::jsonb, a.details),
         kyc_status = coalesce($6, a.kyc_status),
         verified_at = case when $6 is null then a.verified_at when $6 = 'APPROVED' then now() end,
         changed_at = case when coalesce($3, a.account_ref) <> a.account_ref
           or coalesce($5::text::jsonb, a.details) is distinct from a.details then now() else a.changed_at end
       where a.id = $1 and a.provider = $2
       returning a.id, a.payee_id
     )
     insert into audit_logs (action, status, actor, ip_address, user_agent, details)
     select 'account.updated', 'SUCCESS', $7, $8, $9, jsonb_build_object('accountId', id, 'affiliateId', payee_id,
       'fields', $10::text::jsonb, 'kycStatus', $6::text)
     from changed`,
    [
      id,
      provider,
      change.accountRef ?? null,
      change.email ?? null,
      change.details ? JSON.stringify(change.details) : null,
      change.kycStatus ?? null,
      actor.id,
      actor.ipAddress,
      actor.userAgent,
      JSON.stringify(Object.keys(change)),
    ],
  );
}

/**
 * Stores what a provider says about accounts it knows, and that it was asked about all of `refs`;
 * answers how many it changed. One audit row for the call's page.
 */
export async function storeAccountStates(
  db: Db,
  provider: string,
  refs: readonly string[],
  states: readonly AccountState[],
  actor: Actor,
): Promise<number> {
  const rows = await db.run(
    z.object({ changed: countColumn }),
    `with said as (
       select * from unnest($2::text[], $3::text[], $4::text[]) as s (account_ref, kyc_status, email)
     ),
     before as (
       select a.id, a.kyc_status, a.email, s.kyc_status as new_status, s.email as new_email
       from accounts a join said s on s.account_ref = a.account_ref where a.provider = $1
     ),
     stored as (
       update accounts a set synced_at = now(), kyc_status = coalesce(b.new_status, a.kyc_status),
         email = coalesce(b.new_email, a.email),
         verified_at = case when b.new_status = 'APPROVED' then coalesce(a.verified_at, now())
           when b.new_status is null then a.verified_at end
       from accounts asked left join before b on b.id = asked.id
       where a.id = asked.id and asked.provider = $1 and asked.account_ref = any($5::text[])
     ),
     differing as (
       select * from before where kyc_status <> new_status
         or (new_email is not null and new_email is distinct from email)
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'account.synced', 'SUCCESS', $6, $7, $8, jsonb_build_object('provider', $1::text,
         'asked', cardinality($5::text[]), 'known', (select count(*) from said), 'changed', (select count(*) from differing),
         'accounts', (select jsonb_agg(jsonb_build_object('accountId', id, 'from', kyc_status, 'to', new_status)) from differing))
     )
     select count(*) as changed from differing`,
    [
      provider,
      states.map(({ accountRef }) => accountRef),
      states.map(({ kycStatus }) => kycStatus),
      states.map(({ email }) => email),
      [...refs],
      actor.id,
      actor.ipAddress,
      actor.userAgent,
    ],
  );
  return onlyRow(rows).changed;
}
