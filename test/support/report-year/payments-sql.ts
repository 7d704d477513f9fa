import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import { BATCHES, idOf, OTHER_PROGRAMME, PAYEES, PAYMENTS } from './draw-sql.ts';

const pick = (values: readonly string[], place: string): string =>
  `(array[${values.map((value) => `'${value}'`).join(', ')}])[1 + (${place})::int]`;

const people = [
  `insert into payees (id, external_id, full_name, email, country, currency, created_at)
   select ${idOf('payee', 'i')}, 'aff-' || i, 'Payee ' || md5('name' || i), 'p' || i || '@example.test', 'DE',
     ${pick(['USD', 'EUR', 'JPY'], 'i % 3')}, '2024-01-01T00:00:00Z'
   from generate_series(0, ${PAYEES - 1}) as i`,
  `insert into accounts (id, payee_id, provider, account_ref, kyc_status, channel_code)
   select ${idOf('account', 'i * 3 + k')}, ${idOf('payee', 'i')}, ${pick(['mock', 'xendit', 'stripe'], 'k')}, 'acct-' || i || '-' || k,
     'APPROVED', case k when 1 then ${pick(['ID_BCA', 'PH_GCASH'], 'i % 2')} when 2 then 'card' end
   from generate_series(0, ${PAYEES - 1}) as i cross join generate_series(0, 2) as k`,
  `insert into programmes (id, external_id, name, zone, created_by)
   values ('${OTHER_PROGRAMME}', 'other', 'Other', 'Asia/Kathmandu', 'test')`,
];

/**
 * The year as it is drawn, one row a payment: some made at the very edges of quarters of an hour and of days,
 * some returned long after they were paid, in parts or as a whole.
 */
const DRAWN = `
  create temp table drawn as
  select d.*, state = 'COMPLETED' and i % 23 = 0 as again,
    case when state in ('COMPLETED', 'RETURNED') then made + interval '1 minute' + pg_temp.span(i, 5, 6) end as completed,
    case when state <> 'PENDING' then date_trunc('milliseconds', made + pg_temp.span(i, 6, 1) / 1440) end as submitted
  from (
    select i::bigint as i, i % ${BATCHES} as batch, (i * 7919 + i / ${BATCHES}) % ${PAYEES} as payee,
      case
        when i % 97 = 0 then date_bin('15 minutes', pg_temp.moment(i, 1), '2000-01-01Z')
        when i % 101 = 0 then date_trunc('day', pg_temp.moment(i, 1), 'Europe/Berlin')
        when i % 103 = 0 then date_trunc('day', pg_temp.moment(i, 1), 'America/New_York')
        when i % 107 = 0 then date_trunc('day', pg_temp.moment(i, 1), 'Asia/Kathmandu') - interval '1 ms'
        else pg_temp.moment(i, 1)
      end as made,
      case
        when r < 0.70 then 'COMPLETED' when r < 0.76 then 'RETURNED' when r < 0.84 then 'FAILED' when r < 0.89 then 'CANCELLED'
        when r < 0.91 then 'PENDING' when r < 0.95 then 'PROCESSING' when r < 0.97 then 'UNKNOWN' else 'ON_HOLD'
      end as state,
      500 + floor(pg_temp.draw(i, 3) * 100000)::bigint as amount,
      case when pg_temp.draw(i, 4) < 0.04 then 100 + i % 300 else 0 end as clawback,
      pg_temp.draw(i, 7) < 0.03 as in_parts
    from (select i, pg_temp.draw(i, 2) as r from generate_series(0, ${PAYMENTS - 1}) as i) numbers
  ) d`;

const batches = `
  insert into batches (id, status, provider, currency, total_minor, payment_count, chunk_count, content_hash, programme_id,
    created_by, created_at)
  select ${idOf('batch', 'n')}, 'COMPLETED', ${pick(['mock', 'xendit', 'stripe'], 'n % 3')},
    ${pick(['USD', 'EUR', 'JPY'], '(n / 3) % 3')}, (select sum(amount) from drawn where batch = n),
    (select count(*) from drawn where batch = n), 3, 'year',
    case (n / 9) % 3 when 1 then '${DEFAULT_PROGRAMME_ID}' when 2 then '${OTHER_PROGRAMME}' end, 'test', '2024-12-29T00:00:00Z'
  from generate_series(0, ${BATCHES - 1}) as n`;

const payments = `
  insert into payments (id, batch_id, payee_id, account_id, account_ref, provider, currency, amount_minor, commission_count,
    chunk, ordinal, status, generation, created_at, submitted_at, completed_at, updated_at, hold_reason, held_at,
    failure_code, failure_reason)
  select ${idOf('payment', 'i')}, b.id, ${idOf('payee', 'payee')}, ${idOf('account', 'payee * 3 + batch % 3')}, 'acct',
    b.provider, b.currency, amount, case when clawback > 0 then 2 else 1 end, i / ${BATCHES} / 100, i / ${BATCHES}, state,
    case when submitted is null or state = 'ON_HOLD' then 0 when again then 2 else 1 end, made, submitted, completed,
    coalesce(completed, submitted, made), case state when 'ON_HOLD' then ${pick(['kyc', 'funds', 'risk'], 'i % 3')} end,
    case state when 'ON_HOLD' then made + interval '1 hour' end,
    case when state in ('FAILED', 'CANCELLED', 'RETURNED', 'UNKNOWN')
      then ${pick(['account_closed', 'insufficient_funds', 'limit_exceeded', 'timeout'], 'i % 4')} end,
    case when state in ('FAILED', 'CANCELLED') then 'It failed.' end
  from drawn join batches b on b.id = ${idOf('batch', 'batch')}`;

/** Some that were paid had failed before; of those that failed some providers say no word of their own. */
const attempts = `
  insert into attempts (payment_id, generation, idempotency_key, request_hash, status, provider_code, created_at, closed_at)
  select ${idOf('payment', 'i')}, g, ${idOf('payment', 'i')} || ':' || g, 'year',
    case
      when g < case when again then 2 else 1 end or state in ('FAILED', 'CANCELLED') then 'FAILED'
      when completed is not null then 'SETTLED' when state = 'UNKNOWN' then 'UNKNOWN' else 'ACCEPTED'
    end,
    case when i % 3 > 0 and (state in ('FAILED', 'CANCELLED') or again) then ${pick(['E01', 'E02', 'no funds'], 'i % 3')} end,
    submitted,
    case
      when g < case when again then 2 else 1 end or state in ('FAILED', 'CANCELLED') then submitted + interval '3 minutes' + pg_temp.span(i, 11, 2)
      else completed
    end
  from drawn cross join generate_series(1, 2) as g
  where submitted is not null and state <> 'ON_HOLD' and g <= case when again then 2 else 1 end`;

/** A returned or cancelled payment has let go of what it covered. */
const covered = [
  `insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open, programme_id,
     payment_id, paid_at, created_at)
   select ${idOf('payable', 'i')}, p.payee_id, p.currency, p.amount_minor, p.commission_count, made - pg_temp.span(i, 8, 60),
     false, b.programme_id, case when state not in ('RETURNED', 'CANCELLED') then p.id end,
     case state when 'COMPLETED' then completed end, made
   from drawn join payments p on p.id = ${idOf('payment', 'i')} join batches b on b.id = p.batch_id`,
  `insert into released_payables (payment_id, payable_id)
   select ${idOf('payment', 'i')}, ${idOf('payable', 'i')} from drawn where state in ('RETURNED', 'CANCELLED')`,
  `insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at, kind,
     programme_id, created_at)
   select ${idOf('commission', 'i * 2 + k')}, 'year-' || i || '-' || k, y.payee_id, case k when 0 then amount + clawback else -clawback end,
     y.currency, 'APPROVED', y.id, y.oldest_earned_at + k * interval '3 days',
     case when k = 1 then 'clawback' when i % 11 = 0 then 'ad_hoc' when i % 13 = 0 then 'adjustment' else 'commission' end,
     y.programme_id, y.oldest_earned_at
   from drawn join payables y on y.id = ${idOf('payable', 'i')} cross join generate_series(0, 1) as k
   where k = 0 or clawback > 0`,
];

const entry = (columns: string, from: string): string => `
  insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id, corrects, created_at)
  select ${columns} from ${from}`;

const OF_PAYMENT = `drawn join payments p on p.id = ${idOf('payment', 'i')}`;
const RETURNED_AT = "completed + interval '1 day' + pg_temp.span(i, 9, 25)";
const PART_AT = 'completed + pg_temp.span(i, 10, 1)';

const books = [
  entry(
    `c.id || ':earned', l.line, l.account, case when (c.amount_minor > 0) = (l.line = 1) then 'debit' else 'credit' end,
     abs(c.amount_minor), c.currency, c.payee_id, null, null, null, c.earned_at + interval '2 hours'`,
    `commissions c cross join (values (1, 'commission_expense'), (2, 'payee_payable')) as l (line, account)`,
  ),
  entry(
    `p.id || ':settled', l.line, l.account || case l.line when 2 then p.provider else '' end, l.side, p.amount_minor, p.currency,
     p.payee_id, p.id, p.batch_id, null, completed`,
    `${OF_PAYMENT} cross join (values (1, 'payee_payable', 'debit'), (2, 'provider_clearing/', 'credit')) as l (line, account, side)
     where completed is not null`,
  ),
  entry(
    `p.id || ':returned', l.line, l.account || case l.line when 2 then p.provider else '' end, l.side, p.amount_minor, p.currency,
     p.payee_id, p.id, p.batch_id, p.id || ':settled', ${RETURNED_AT}`,
    `${OF_PAYMENT} cross join (values (1, 'payee_payable', 'credit'), (2, 'provider_clearing/', 'debit')) as l (line, account, side)
     where state = 'RETURNED'`,
  ),
  entry(
    `p.id || ':returned:' || 100 * k, l.line, l.account || p.provider, l.side, 100, p.currency, p.payee_id, p.id, p.batch_id,
     p.id || ':settled', ${PART_AT} + k * interval '1 hour'`,
    `${OF_PAYMENT} cross join generate_series(1, 2) as k
     cross join (values (1, 'provider_clearing/', 'debit'), (2, 'returned/', 'credit')) as l (line, account, side)
     where completed is not null and in_parts`,
  ),
  entry(
    `p.id || ':returned:whole', l.line, l.account || p.provider, l.side, 200, p.currency, p.payee_id, p.id, p.batch_id,
     p.id || ':settled', ${RETURNED_AT}`,
    `${OF_PAYMENT} cross join (values (1, 'returned/', 'debit'), (2, 'provider_clearing/', 'credit')) as l (line, account, side)
     where state = 'RETURNED' and in_parts`,
  ),
];

/** Payees, batches, payments in every state, what they cover and their ledger entries. */
export const paymentStatements: readonly string[] = [
  ...people,
  DRAWN,
  batches,
  payments,
  attempts,
  ...covered,
  ...books,
];

/** What comes back after all was added up: payments that were paid, whose quarters of an hour are old news. */
export const LATE_RETURNS = `
  with late as (
    update payments set status = 'RETURNED', failure_code = 'account_closed', updated_at = now()
    where status = 'COMPLETED' and right(id, 2) in ('0a', 'b3', 'fe')
      and not exists (select 1 from ledger_entries l where l.entry_id = payments.id || ':returned:100')
    returning *
  ),
  freed as (
    update payables b set payment_id = null, paid_at = null from late where b.payment_id = late.id
  )
  insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id, corrects, created_at)
  select late.id || ':returned', l.line, l.account || case l.line when 2 then provider else '' end, l.side, amount_minor, currency,
    payee_id, late.id, batch_id, late.id || ':settled', completed_at + interval '40 hours'
  from late cross join (values (1, 'payee_payable', 'credit'), (2, 'provider_clearing/', 'debit')) as l (line, account, side)`;
