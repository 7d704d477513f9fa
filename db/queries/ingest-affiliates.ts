import { z } from 'zod';
import { settleAccount } from '../../domain/account-destination.ts';
import { sealContent } from '../account-columns.ts';
import { newId } from '../new-id.ts';
import type { Vault } from '../vault.ts';
import type { Actor } from './actor.ts';
import { adoptConversions } from './ingest-conversions.ts';
import { queueCalculation } from './queue-calculation.ts';
import type { Runner } from './runner.ts';

/** A payee as a caller gives it; `externalId` is the caller's own name for it. */
export interface NewAffiliate {
  externalId: string;
  fullName: string;
  email: string;
  country: string;
  currency: string;
  /** The group whose rules hold for it. */
  groupName?: string | undefined;
  /** The language that it is written to in; English unless told. */
  language?: AffiliateLanguage | undefined;
}

export const AFFILIATE_LANGUAGES = ['en', 'de'] as const;
export type AffiliateLanguage = (typeof AFFILIATE_LANGUAGES)[number];

/** What became of one item: made, there before with the same content, or there with another. */
export type Ingested =
  { kind: 'created' | 'same'; id: string } | { kind: 'conflict'; id: string; field: string };

const standing = z.object({
  external_id: z.string(),
  id: z.string(),
  full_name: z.string(),
  email: z.string(),
  country: z.string(),
  currency: z.string(),
  group_name: z.string().nullable(),
  language: z.string(),
});

/** What is compared of a payee; groups and languages only where they are given. */
interface KnownAffiliate {
  id: string | null;
  fullName: string;
  email: string;
  country: string;
  currency: string;
  groupName?: string | null | undefined;
  language?: string | undefined;
}

/**
 * Looks at each payee without changing anything: null where it is new, or only known as a recipient of
 * a share. The first of equal external ids within the list counts as new, the others are held against it.
 */
export async function checkAffiliates(
  db: Runner,
  items: readonly NewAffiliate[],
): Promise<(Ingested | null)[]> {
  const rows = await db.run(
    standing,
    `select external_id, id, full_name, email, country, currency, group_name, language from payees
     where external_id = any($1::text[]) and registered`,
    [items.map(({ externalId }) => externalId)],
  );
  const known = new Map<string, KnownAffiliate>(
    rows.map((row) => [
      row.external_id,
      { ...row, fullName: row.full_name, groupName: row.group_name },
    ]),
  );
  return items.map((item) => {
    const other = known.get(item.externalId);
    if (!other) known.set(item.externalId, { ...item, id: null });
    if (!other) return null;
    const field = FIELDS.find(
      (name) => item[name] !== undefined && (other[name] ?? undefined) !== item[name],
    );
    if (field) return { kind: 'conflict', id: other.id ?? '', field };
    return other.id === null ? null : { kind: 'same', id: other.id };
  });
}

const FIELDS = ['fullName', 'email', 'country', 'currency', 'groupName', 'language'] as const;

/**
 * Makes payees that are not there yet, at most 1,000, with one audit row; one that was only known as a
 * recipient of a share gets its name. Conversions that waited for them become theirs in the same
 * statement. Answers the id of each external id, and whether this call made or named it. Safe to repeat.
 */
export async function insertAffiliates(
  db: Runner,
  items: readonly NewAffiliate[],
  actor: Actor,
): Promise<Map<string, { id: string; created: boolean }>> {
  if (items.length === 0) return new Map();
  const rows = await db.run(
    z.object({ external_id: z.string(), id: z.string(), created: z.boolean() }),
    `with input as (
       select distinct on (external_id) *
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $10::text[], $11::text[])
         as i (id, external_id, full_name, email, country, currency, group_name, language)
     ),
     made as (
       insert into payees (id, external_id, full_name, email, country, currency, group_name, language)
       select id, external_id, full_name, email, country, currency, group_name, coalesce(language, 'en') from input
       on conflict (external_id) do update set full_name = excluded.full_name, email = excluded.email,
         country = excluded.country, currency = excluded.currency, group_name = excluded.group_name,
         language = excluded.language, registered = true
       where not payees.registered
       returning id, external_id
     ),
     waiting as materialized (
       select c.id, m.id as payee_id from conversions c join made m on m.external_id = c.affiliate_external_id
       where c.payee_id is null order by c.external_id for update of c
     ),
     adopted as (
       update conversions c set payee_id = w.payee_id from waiting w where c.id = w.id and c.payee_id is null
       returning c.programme_id, c.payee_id, c.occurred_at
     ),
     queued as (${queueCalculation('select programme_id, payee_id, occurred_at from adopted')}),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'affiliate.created', 'SUCCESS', $7, $8, $9, jsonb_build_object('count', count(*),
         'conversions', (select count(*) from adopted))
       from made having count(*) > 0
     )
     select external_id, id, true as created from made
     union all
     select y.external_id, y.id, false from payees y join input i on i.external_id = y.external_id
     where y.external_id not in (select external_id from made)`,
    [
      items.map(() => newId('payee')),
      items.map(({ externalId }) => externalId),
      items.map(({ fullName }) => fullName),
      items.map(({ email }) => email),
      items.map(({ country }) => country),
      items.map(({ currency }) => currency),
      actor.id,
      actor.ipAddress,
      actor.userAgent,
      items.map(({ groupName }) => groupName ?? null),
      items.map(({ language }) => language ?? null),
    ],
  );
  // Conversions that came in the same moment are not seen by the statement that registered their affiliate.
  await adoptConversions(
    db,
    items.map(({ externalId }) => externalId),
  );
  const found = new Map(rows.map(({ external_id, id, created }) => [external_id, { id, created }]));
  // Ones that another call made in this moment are not yet seen by the statement that met them.
  const missed = items.filter(({ externalId }) => !found.has(externalId));
  for (const [index, one] of (missed.length > 0
    ? await checkAffiliates(db, missed)
    : []
  ).entries()) {
    const externalId = missed[index]?.externalId;
    if (one && externalId !== undefined) found.set(externalId, { id: one.id, created: false });
  }
  return found;
}

/** A payee's account as an import names it. */
export interface ImportedAccount {
  affiliateExternalId: string;
  provider: string;
  accountRef: string;
  kycStatus: string;
}

/** What is kept of an imported account: an account number in its reference is encrypted. */
function sealImported(vault: Vault, item: ImportedAccount) {
  const id = newId('account');
  const content = settleAccount(item.provider, item, null);
  return { ...item, ...content, ...sealContent(vault, id, item.provider, content), id };
}

/**
 * Adds accounts of payees named by external id, at most 1,000; one that is there is left as it is.
 * Answers the payees whose account was added as APPROVED.
 */
export async function insertImportedAccounts(
  db: Runner,
  vault: Vault,
  items: readonly ImportedAccount[],
  actor: Actor,
): Promise<string[]> {
  if (items.length === 0) return [];
  const sealed = items.map((item) => sealImported(vault, item));
  const rows = await db.run(
    z.object({ payee_id: z.string() }),
    `with made as (
       insert into accounts (id, payee_id, provider, account_ref, kyc_status, verified_at, verified_by,
         details_sealed, details_masked, channel_code, destination_index)
       select i.id, y.id, i.provider, i.account_ref, i.kyc_status,
         case when i.kyc_status = 'APPROVED' then now() end, case when i.kyc_status = 'APPROVED' then $6 end,
         i.details_sealed, i.details_masked::jsonb, i.channel_code, i.destination_index
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $9::text[], $10::text[], $11::text[], $12::text[])
         as i (id, external_id, provider, account_ref, kyc_status, details_sealed, details_masked, channel_code, destination_index)
       join payees y on y.external_id = i.external_id
       on conflict (payee_id, provider) do nothing returning payee_id, kyc_status
     ),
     trail as (
       insert into audit_logs (action, status, actor, ip_address, user_agent, details)
       select 'account.created', 'SUCCESS', $6, $7, $8, jsonb_build_object('count', count(*))
       from made having count(*) > 0
     )
     select distinct payee_id from made where kyc_status = 'APPROVED'`,
    [
      sealed.map(({ id }) => id),
      sealed.map(({ affiliateExternalId }) => affiliateExternalId),
      sealed.map(({ provider }) => provider),
      sealed.map(({ accountRef }) => accountRef),
      sealed.map(({ kycStatus }) => kycStatus),
      actor.id,
      actor.ipAddress,
      actor.userAgent,
      sealed.map(({ detailsSealed }) => detailsSealed),
      sealed.map(({ detailsMasked }) => detailsMasked && JSON.stringify(detailsMasked)),
      sealed.map(({ channelCode }) => channelCode),
      sealed.map(({ destinationIndex }) => destinationIndex),
    ],
  );
  return rows.map(({ payee_id }) => payee_id);
}

/**
 * Accounts of these payees that name another reference than the one given, or another account
 * number where the reference held one, by external id.
 */
export async function findAccountConflicts(
  db: Runner,
  vault: Vault,
  items: readonly ImportedAccount[],
): Promise<Set<string>> {
  const sealed = items.map((item) => sealImported(vault, item));
  const rows = await db.run(
    z.object({ external_id: z.string() }),
    `select y.external_id
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as i (external_id, provider, account_ref, destination_index)
     join payees y on y.external_id = i.external_id
     join accounts a on a.payee_id = y.id and a.provider = i.provider
       and (a.account_ref <> i.account_ref or a.destination_index <> i.destination_index)`,
    [
      sealed.map(({ affiliateExternalId }) => affiliateExternalId),
      sealed.map(({ provider }) => provider),
      sealed.map(({ accountRef }) => accountRef),
      sealed.map(({ details, destinationIndex }) => (details ? destinationIndex : null)),
    ],
  );
  return new Set(rows.map(({ external_id }) => external_id));
}
