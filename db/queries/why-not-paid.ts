import { z } from 'zod';
import { HOLD_REASONS, PAYMENT_STATES } from '../../domain/payment.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import type { Db } from '../client.ts';
import { amountColumn, countColumn, instantColumn } from '../rows.ts';
import { HOLD_KINDS, HOLD_SUBJECTS } from '../schema/holds.ts';
import { coolingDown } from './account-cooldown.ts';
import { skipCode, sumColumn } from './preview.ts';

/** Payments and holds of a payee that are shown; who has more is looked at elsewhere. */
const SHOWN_MAX = 100;

export interface WhyNotPaidAsked {
  payeeIds: readonly string[];
  provider: string;
  currency?: string | undefined;
  /** Only what was earned in it; else all. */
  programmeId?: string | undefined;
}

const amountOrNull = amountColumn.nullable();

const payeeRow = z.object({
  id: z.string(),
  group_name: z.string().nullable(),
  country: z.string(),
  risk_held: z.boolean(),
  payee_held: z.boolean(),
  account_held: z.boolean(),
  kyc_status: z.enum(['NOT_STARTED', 'PENDING', 'APPROVED', 'REJECTED']).nullable(),
  account_cooling: z.boolean(),
  channel_code: z.string().nullable(),
});
export type PayeeState = z.infer<typeof payeeRow>;

/** Payees with their accounts at a provider; none of those that are not there. */
export const payeeStates = (
  db: Db,
  payeeIds: readonly string[],
  provider: string,
): Promise<PayeeState[]> =>
  db.run(
    payeeRow,
    `select y.id, y.group_name, y.country,
       y.hold_reason is not null and y.hold_kind is not distinct from 'risk' as risk_held,
       y.hold_reason is not null and y.hold_kind is distinct from 'risk' as payee_held,
       a.blocked_code is not null or coalesce(a.failed_hold, false) as account_held,
       a.kyc_status, coalesce(${coolingDown('a')}, false) as account_cooling, a.channel_code
     from payees y left join accounts a on a.payee_id = y.id and a.provider = $2
     where y.id = any($1)`,
    [payeeIds, provider],
  );

/** One of them; null where there is no such payee. */
export async function payeeState(
  db: Db,
  payeeId: string,
  provider: string,
): Promise<PayeeState | null> {
  const [row] = await payeeStates(db, [payeeId], provider);
  return row ?? null;
}

const owedRow = z.object({
  payee_id: z.string(),
  currency: z.string(),
  minimum_minor: amountColumn,
  payable_minor: sumColumn,
  payable_count: countColumn,
  owed_minor: sumColumn,
  held_minor: sumColumn,
  held_count: countColumn,
  claimed_count: countColumn,
  maturing_minor: sumColumn,
  maturing_count: countColumn,
  next_available_at: instantColumn.nullable(),
  channel_minimum: amountOrNull,
  channel_maximum: amountOrNull,
  channel_increment: amountOrNull,
});
export type OwedInCurrency = z.infer<typeof owedRow>;

/**
 * What is payable, kept back, under way and maturing, by payee and in each currency that is owed or asked for. What
 * has matured is payable, since a batch that is made makes it so first.
 */
export const owedTo = (
  db: Db,
  { payeeIds, provider, currency, programmeId }: WhyNotPaidAsked,
): Promise<OwedInCurrency[]> =>
  db.run(
    owedRow,
    `with mine as (
       select p.payee_id, p.currency, p.payment_id is not null as claimed, p.held,
         ${programmeId ? 'coalesce(w.amount_minor, 0)' : 'p.amount_minor'} as amount_minor,
         ${programmeId ? 'coalesce(w.commission_count, 0)' : 'p.commission_count'} as commission_count,
         p.amount_minor as owed_minor
       from payables p
       left join lateral (
         select sum(c.amount_minor) as amount_minor, count(*) as commission_count from commissions c
         where c.payee_id = p.payee_id and c.payable_id = p.id
           and coalesce(c.programme_id, '${DEFAULT_PROGRAMME_ID}') = $4
       ) w on $4::text is not null
       where p.payee_id = any($1) and p.paid_at is null
     ),
     each as (
       select payee_id, currency, amount_minor, commission_count, owed_minor, claimed, held, null::timestamptz as available_at, false as pending
       from mine
       union all
       select payee_id, currency, case when asked then amount_minor else 0 end, case when asked then 1 else 0 end,
         case when due then amount_minor else 0 end, false, held, available_at, not due
       from commissions cross join lateral (
         select available_at <= now() as due,
           $4::text is null or coalesce(programme_id, '${DEFAULT_PROGRAMME_ID}') = $4 as asked
       ) c
       where payee_id = any($1) and status = 'PENDING' and available_at is not null and (asked or due)
       union all
       select id, coalesce($3::text, currency), 0, 0, 0, false, false, null, false from payees where id = any($1)
     )
     select e.payee_id, e.currency, max(m.minimum_payout_minor) as minimum_minor,
       coalesce(sum(e.amount_minor) filter (where not claimed and not held and not pending), 0) as payable_minor,
       coalesce(sum(e.commission_count) filter (where not claimed and not held and not pending), 0)::int as payable_count,
       coalesce(sum(e.owed_minor) filter (where not claimed and not held and not pending), 0) as owed_minor,
       coalesce(sum(e.amount_minor) filter (where held), 0) as held_minor,
       coalesce(sum(e.commission_count) filter (where held), 0)::int as held_count,
       count(*) filter (where claimed) as claimed_count,
       coalesce(sum(e.amount_minor) filter (where pending and not held), 0) as maturing_minor,
       count(*) filter (where pending and not held) as maturing_count,
       min(e.available_at) filter (where pending and not held) as next_available_at,
       max(l.minimum_minor) as channel_minimum, max(l.maximum_minor) as channel_maximum, max(l.increment_minor) as channel_increment
     from each e
     join currencies m on m.code = e.currency
     left join accounts a on a.payee_id = e.payee_id and a.provider = $2
     left join provider_channels l on l.provider = $2 and l.currency = e.currency and l.channel_code = a.channel_code
     group by e.payee_id, e.currency
     order by e.payee_id, e.currency`,
    [payeeIds, provider, currency ?? null, programmeId ?? null],
  );

const inFlightRow = z.object({
  id: z.string(),
  batch_id: z.string(),
  status: z.enum(PAYMENT_STATES),
  hold_reason: z.enum(HOLD_REASONS).nullable(),
  amount_minor: amountColumn,
  currency: z.string(),
});
export type PaymentInFlight = z.infer<typeof inFlightRow>;

/** Payments that still hold what they cover, the newest first. */
export const paymentsInFlight = (db: Db, payeeId: string): Promise<PaymentInFlight[]> =>
  db.run(
    inFlightRow,
    `select id, batch_id, status, hold_reason, amount_minor, currency from payments
     where payee_id = $1 and status in ('PENDING', 'PROCESSING', 'UNKNOWN', 'ON_HOLD', 'FAILED')
     order by id desc limit ${SHOWN_MAX}`,
    [payeeId],
  );

const holdRow = z.object({
  id: z.string(),
  subject_kind: z.enum(HOLD_SUBJECTS),
  subject_id: z.string(),
  kind: z.enum(HOLD_KINDS),
  reason: z.string(),
  owner: z.string(),
  expires_at: instantColumn.nullable(),
  created_at: instantColumn,
});

/** Holds in force on the payee, its commissions and its payments, the newest first. */
export const holdsOn = (db: Db, payeeId: string): Promise<z.infer<typeof holdRow>[]> =>
  db.run(
    holdRow,
    `select id, subject_kind, subject_id, kind, reason, owner, expires_at, created_at from holds h
     where released_at is null and coalesce(expires_at > now(), true) and (
       (subject_kind = 'payee' and subject_id = $1)
       or (subject_kind = 'commission' and exists (
         select 1 from commissions c where c.id = h.subject_id and c.payee_id = $1))
       or (subject_kind = 'payment' and exists (
         select 1 from payments p where p.id = h.subject_id and p.payee_id = $1)))
     order by id desc limit ${SHOWN_MAX}`,
    [payeeId],
  );

const exclusionRow = z.object({
  currency: z.string(),
  batch_id: z.string(),
  batch_number: countColumn,
  code: skipCode,
  created_at: instantColumn,
});

/** The last batch that left the payee out, in each currency. */
export const lastExclusions = (db: Db, payeeId: string): Promise<z.infer<typeof exclusionRow>[]> =>
  db.run(
    exclusionRow,
    `select distinct on (b.currency) b.currency, b.id as batch_id, b.batch_number, x.code, b.created_at
     from batch_exclusions x join batches b on b.id = x.batch_id
     where x.payee_id = $1 and b.deleted_at is null
     order by b.currency, b.batch_number desc`,
    [payeeId],
  );
