import { and, asc, desc, eq, ilike, isNotNull, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { accounts } from '../schema/accounts.ts';
import { payables } from '../schema/payables.ts';
import { payees } from '../schema/payees.ts';
import { partOf } from './words.ts';

/** States of an account; `NONE` is a payee without one. */
export const KYC_FILTERS = ['NONE', 'NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED'] as const;

export interface AffiliateFilter {
  /** Part of a name, an email address or an external id; or an id. */
  q?: string | undefined;
  /** Of an account at any provider, or at `provider`. */
  kyc?: (typeof KYC_FILTERS)[number] | undefined;
  /** Who has an account there; with `kyc: NONE`, who has not. */
  provider?: string | undefined;
  /** On hold, or with an account that nothing is sent to. */
  held?: boolean | undefined;
  suspended?: boolean | undefined;
  /** With something that is in no payment and not on hold. */
  owed?: boolean | undefined;
  /** Only ids below: the last one of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Payees with their accounts, the newest first. */
export const listAffiliates = (db: Db, filter: AffiliateFilter) =>
  db.orm.query.payees.findMany({
    where: and(
      filter.q === undefined ? undefined : matches(filter.q),
      accountFilter(filter),
      filter.held === undefined ? undefined : asAsked(isHeld(), filter.held),
      filter.suspended === true ? isNotNull(payees.suspendedAt) : undefined,
      filter.suspended === false ? isNull(payees.suspendedAt) : undefined,
      filter.owed === undefined ? undefined : asAsked(isOwed, filter.owed),
      filter.before === undefined ? undefined : lt(payees.id, filter.before),
    ),
    with: { accounts: { orderBy: asc(accounts.provider) } },
    orderBy: desc(payees.id),
    limit: filter.limit,
  });

/** A payee with its accounts. */
export type ListedAffiliate = Awaited<ReturnType<typeof listAffiliates>>[number];

const matches = (words: string) =>
  or(
    ilike(payees.fullName, partOf(words)),
    ilike(payees.email, partOf(words)),
    ilike(payees.externalId, partOf(words)),
    eq(payees.id, words),
  );

const asAsked = (condition: SQL, wanted: boolean): SQL =>
  wanted ? condition : sql`not ${condition}`;

const hasAccount = (...conditions: readonly (SQL | undefined)[]): SQL => {
  const fits = conditions.flatMap((each) => (each ? [sql` and ${each}`] : []));
  return sql`exists (select 1 from ${accounts} a where a.payee_id = ${payees.id}${sql.join([...fits])})`;
};

function accountFilter({ kyc, provider }: AffiliateFilter): SQL | undefined {
  const there = provider === undefined ? undefined : sql`a.provider = ${provider}`;
  if (kyc === 'NONE') return sql`not ${hasAccount(there)}`;
  if (kyc !== undefined) return hasAccount(there, sql`a.kyc_status = ${kyc}`);
  return there && hasAccount(there);
}

const isHeld = (): SQL =>
  sql`(${payees.holdReason} is not null or ${hasAccount(sql`(a.blocked_code is not null or a.failed_hold)`)})`;

const isOwed = sql`exists (select 1 from ${payables} p where p.payee_id = ${payees.id} and p.paid_at is null
  and p.payment_id is null and not p.held and p.commission_count > 0)`;
