import { z } from 'zod';
import { sameDetails, type Details } from '../../domain/account-details.ts';
import { settleAccount } from '../../domain/account-destination.ts';
import { DomainError } from '../../domain/errors.ts';
import { openDetails, sealContent, type AccountColumns } from '../account-columns.ts';
import type { Db } from '../client.ts';
import { DatabaseUnavailable } from '../errors.ts';
import { onlyRow } from '../rows.ts';
import type { Vault } from '../vault.ts';
import { findAccount, type AccountRow, type KycStatus } from './accounts.ts';
import type { Actor } from './actor.ts';

const TRIES_MAX = 5;

export interface NewAccount {
  id: string;
  payeeId: string;
  provider: string;
  accountRef: string;
  email: string | undefined;
  details: Details | undefined;
  kycStatus: KycStatus;
}

/**
 * Adds a payee's account at a provider, with its audit row; its details are encrypted. Throws
 * `not_found` for an unknown payee and `account_exists` where the payee has one there already; the
 * same call again is no conflict.
 */
export async function createAccount(
  db: Db,
  vault: Vault,
  account: NewAccount,
  actor: Actor,
): Promise<void> {
  const content = settleAccount(account.provider, account, null);
  const columns = sealContent(vault, account.id, account.provider, content);
  const rows = await db.run(
    z.object({ payee: z.boolean(), made: z.boolean(), same: z.boolean() }),
    `with payee as (select id from payees where id = $2),
     made as (
       insert into accounts (id, payee_id, provider, account_ref, email, kyc_status, verified_at, verified_by,
         details_sealed, details_masked, channel_code, destination_index)
       select $1, id, $3, $4, $5, $6, case when $6 = 'APPROVED' then now() end, case when $6 = 'APPROVED' then $7 end,
         $10, $11::text::jsonb, $12, $13 from payee
       on conflict do nothing returning id
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'account.created', 'SUCCESS', $7, $8, $9,
         jsonb_build_object('accountId', id, 'affiliateId', $2::text, 'provider', $3::text, 'kycStatus', $6::text)
       from made
     )
     select exists (select 1 from payee) as payee, exists (select 1 from made) as made,
       exists (select 1 from accounts where id = $1 and payee_id = $2) as same`,
    [
      account.id,
      account.payeeId,
      account.provider,
      content.accountRef,
      account.email ?? null,
      account.kycStatus,
      actor.id,
      actor.ipAddress,
      actor.userAgent,
      ...columnValues(columns),
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

const columnValues = (columns: AccountColumns): unknown[] => [
  columns.detailsSealed,
  columns.detailsMasked && JSON.stringify(columns.detailsMasked),
  columns.channelCode,
  columns.destinationIndex,
];

export interface AccountChange {
  accountRef?: string | undefined;
  email?: string | undefined;
  details?: Details | undefined;
  kycStatus?: KycStatus | undefined;
  /** Payments may go to it again although nothing of it changed. */
  releaseBlock?: boolean | undefined;
}

/**
 * Changes an account with its audit row, which names the fields and never the values; one that is
 * not there stays away. Another reference or other details set `changedAt`, so that payments made
 * before are checked again, and lift what the provider's refusals had blocked. Of another reference
 * the provider has told nothing yet. Throws `OwnChange` where one who changed the account would verify it.
 */
export async function updateAccount(
  db: Db,
  vault: Vault,
  provider: string,
  id: string,
  change: AccountChange,
  actor: Actor,
): Promise<void> {
  // What the new content is depends on the old, so it is written only over what was read.
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const row = await findAccount(db, provider, id);
    if (!row) return;
    const done = await store(db, row, contentChange(vault, row, change), change, actor);
    if (done === 'own_change') throw new OwnChange();
    if (done === 'stored') return;
  }
  throw new DatabaseUnavailable('the account was changed by others again and again');
}

/** Who changed where the money goes does not say that it is right: somebody else does. */
export class OwnChange extends DomainError {
  constructor() {
    super(
      'forbidden',
      'You changed this account, or change it with this call, so somebody else must verify it.',
    );
  }
}

interface ContentChange extends AccountColumns {
  accountRef: string;
}

/** The new content; null where nothing of it differs from what stands. */
function contentChange(vault: Vault, row: AccountRow, change: AccountChange): ContentChange | null {
  const { accountRef = row.accountRef, details } = change;
  if (accountRef === row.accountRef && details === undefined) return null;
  const stands = openDetails(vault, row);
  const readable = stands !== 'unreadable';
  const before = { accountRef: row.accountRef, details: readable ? stands : null };
  const content = settleAccount(row.provider, change, before);
  const sameContent = readable
    ? sameDetails(content.details, before.details)
    : content.details === null;
  if (sameContent && content.accountRef === row.accountRef) return null;
  const columns = sealContent(vault, row.id, row.provider, content);
  return readable || content.details !== null
    ? { ...columns, accountRef: content.accountRef }
    : // What cannot be opened here stays for those who have the key.
      { ...columns, accountRef: content.accountRef, ...pick(row) };
}

const pick = ({ detailsSealed, detailsMasked, channelCode }: AccountRow) => ({
  detailsSealed,
  detailsMasked,
  channelCode,
});

/** What the audit row of a change tells of an account: details as they are shown, never as they are. */
const shown = (row: string): string =>
  `jsonb_build_object('accountRef', ${row}.account_ref, 'email', ${row}.email, 'kycStatus', ${row}.kyc_status,
    'details', ${row}.details_masked, 'channelCode', ${row}.channel_code, 'destination', ${row}.destination_index,
    'blockedCode', ${row}.blocked_code)`;

/** `stale` where somebody else has changed the account since it was read. A key counts as its owner. */
async function store(
  db: Db,
  row: AccountRow,
  content: ContentChange | null,
  change: AccountChange,
  actor: Actor,
): Promise<'stored' | 'stale' | 'own_change'> {
  const rows = await db.run(
    z.object({ stored: z.boolean(), own: z.boolean() }),
    `with own as (
       select $6 is not distinct from 'APPROVED' and ($11
         or (a.changed_by is not null and person_behind(a.changed_by) = person_behind($7))) as own
       from accounts a where a.id = $1
     ),
     before as materialized (select * from accounts where id = $1 for update),
     changed as (
       update accounts a set
         email = coalesce($5, a.email),
         kyc_status = coalesce($6, a.kyc_status),
         verified_at = case when $6 is null then a.verified_at when $6 = 'APPROVED' then now() end,
         verified_by = case when $6 is null then a.verified_by when $6 = 'APPROVED' then $7 end,
         account_ref = case when $11 then $12 else a.account_ref end,
         details = case when $11 then null else a.details end,
         details_sealed = case when $11 then $13 else a.details_sealed end,
         synced_at = case when $11 and a.account_ref <> $12 then null else a.synced_at end,
         details_masked = case when $11 then $14::text::jsonb else a.details_masked end,
         channel_code = case when $11 then $15 else a.channel_code end,
         destination_index = case when $11 then $16 else a.destination_index end,
         changed_at = case when $11 then now() else a.changed_at end,
         changed_by = case when $11 then $7 else a.changed_by end,
         blocked_code = case when $11 or $17::boolean then null else a.blocked_code end,
         blocked_at = case when $11 or $17::boolean then null else a.blocked_at end
       from before b
       where a.id = b.id and a.account_ref = $2 and a.details_sealed is not distinct from $3
         and (a.details is null) = $4 and not (select own from own)
       returning a.id, a.payee_id, audit_changes(${shown('b')}, ${shown('a')}) as changes
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'account.updated', 'SUCCESS', $7, $8, $9, jsonb_build_object('accountId', id, 'affiliateId', payee_id,
         'fields', $10::text::jsonb, 'kycStatus', $6::text) || changes
       from changed
     )
     select exists (select 1 from changed) as stored, coalesce((select own from own), false) as own`,
    [
      row.id,
      row.accountRef,
      row.detailsSealed,
      row.details === null,
      change.email ?? null,
      change.kycStatus ?? null,
      actor.id,
      actor.ipAddress,
      actor.userAgent,
      JSON.stringify(Object.keys(change)),
      content !== null,
      content?.accountRef ?? null,
      ...(content ? columnValues(content) : [null, null, null, null]),
      change.releaseBlock === true,
    ],
  );
  const { stored, own } = onlyRow(rows);
  if (stored) return 'stored';
  return own ? 'own_change' : 'stale';
}
