import { and, asc, eq, gt, inArray, isNotNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { AccountState } from '../../providers/port.ts';
import type { Db } from '../client.ts';
import { countColumn, onlyRow } from '../rows.ts';
import { accounts } from '../schema/accounts.ts';
import type { Actor } from './actor.ts';

export type AccountRow = typeof accounts.$inferSelect;
export type KycStatus = AccountRow['kycStatus'];

/** An account, and how many other affiliates are paid to the same destination. */
export type AccountWithShares = AccountRow & { sharedWith: number };

/**
 * Accounts at one provider, oldest first, after id `after`; `shared`: only those whose destination
 * stands at another affiliate too.
 */
export const listAccounts = (
  db: Db,
  provider: string,
  after: string | undefined,
  limit: number,
  shared = false,
): Promise<AccountRow[]> =>
  db.orm
    .select()
    .from(accounts)
    .where(
      and(
        eq(accounts.provider, provider),
        after === undefined ? undefined : gt(accounts.id, after),
        shared ? inArray(accounts.destinationIndex, sharedIndexes(db)) : undefined,
      ),
    )
    .orderBy(asc(accounts.id))
    .limit(limit);

const sharedIndexes = (db: Db) =>
  db.orm
    .select({ index: accounts.destinationIndex })
    .from(accounts)
    .where(isNotNull(accounts.destinationIndex))
    .groupBy(accounts.destinationIndex)
    .having(sql`count(*) > 1`);

/** The same accounts with their shares, counted in one query. */
export async function withShares(
  db: Db,
  rows: readonly AccountRow[],
): Promise<AccountWithShares[]> {
  const indexes = rows.flatMap(({ destinationIndex }) => destinationIndex ?? []);
  const counts = new Map<string | null, number>();
  if (indexes.length > 0) {
    const counted = await db.run(
      z.object({ destination_index: z.string(), accounts: countColumn }),
      `select destination_index, count(*) as accounts from accounts
       where destination_index = any($1::text[]) group by destination_index`,
      [indexes],
    );
    for (const row of counted) counts.set(row.destination_index, row.accounts);
  }
  return rows.map((row) => ({
    ...row,
    sharedWith: (counts.get(row.destinationIndex) ?? 1) - 1,
  }));
}

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

/** What a provider was asked about accounts, and what it said. */
export interface AskedAccounts {
  /** Before it was asked, by the database's clock. */
  askedAt: string;
  refs: readonly string[];
  /** Those of them that it knows. */
  states: readonly AccountState[];
}

/** How many accounts were changed, and the payees whose account became APPROVED. */
export interface StoredAccounts {
  changed: number;
  verifiedPayeeIds: string[];
}

/**
 * Stores what a provider says about accounts it knows, and that it was asked about all of them. What
 * it has told by an event since then is newer than its answer, and stays. One audit row for the page.
 */
export async function storeAccountStates(
  db: Db,
  provider: string,
  { askedAt, refs, states }: AskedAccounts,
  actor: Actor,
): Promise<StoredAccounts> {
  const rows = await db.run(
    z.object({ changed: countColumn, verified: z.array(z.string()) }),
    `with said as (
       select * from unnest($2::text[], $3::text[], $4::text[]) as s (account_ref, kyc_status, email)
     ),
     asked as materialized (
       select a.id, a.payee_id, a.account_ref, a.kyc_status, a.email, a.synced_at from accounts a
       where a.provider = $1 and a.account_ref = any($5::text[]) order by a.id for update
     ),
     before as (
       select a.id, a.payee_id, a.kyc_status, a.email, s.kyc_status as new_status, s.email as new_email
       from asked a join said s on s.account_ref = a.account_ref
       where a.synced_at is null or a.synced_at <= $9::timestamptz
     ),
     stored as (
       update accounts a set synced_at = greatest(a.synced_at, $9::timestamptz),
         kyc_status = coalesce(b.new_status, a.kyc_status), email = coalesce(b.new_email, a.email),
         verified_at = case when b.new_status = 'APPROVED' then coalesce(a.verified_at, now())
           when b.new_status is null then a.verified_at end,
         verified_by = case when b.new_status = 'APPROVED' and a.verified_at is not null then a.verified_by
           when b.new_status is null then a.verified_by end
       from asked left join before b on b.id = asked.id
       where a.id = asked.id
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
     select count(*) as changed,
       coalesce(json_agg(payee_id) filter (where new_status = 'APPROVED' and kyc_status <> 'APPROVED'), '[]') as verified
     from differing`,
    [
      provider,
      states.map(({ accountRef }) => accountRef),
      states.map(({ kycStatus }) => kycStatus),
      states.map(({ email }) => email),
      [...refs],
      actor.id,
      actor.ipAddress,
      actor.userAgent,
      askedAt,
    ],
  );
  const { changed, verified } = onlyRow(rows);
  return { changed, verifiedPayeeIds: verified };
}
