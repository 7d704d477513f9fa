import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import { ESCROW_FROM, idOf, OTHER_PROGRAMME, PAYEES, RELEASES, SHARES_EACH } from './draw-sql.ts';

const currencyOf = (place: string): string => `(array['USD', 'EUR', 'JPY'])[1 + (${place})::int]`;
/** Earnings of no payment are numbered from here on. */
const FREE = 500_000;
const FREE_PAYABLES = 900;
const IMMATURE = 1_500;

/** What is owed, on hold, or owed to us, in no payment; and what has not matured or was reversed. */
const free = [
  `insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open, held, created_at)
   select ${idOf('payable', `${FREE} + i`)}, ${idOf('payee', `i % ${PAYEES}`)}, ${currencyOf('i % 3')},
     case when i % 9 = 0 then -700000 - i else 1000 + i * 7 end, 1, now() - interval '3 hours' - pg_temp.span(i, 21, 120),
     false, i % 7 = 0, '2025-01-01T00:00:00Z'
   from generate_series(0, ${FREE_PAYABLES - 1}) as i`,
  `insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at, kind, held)
   select ${idOf('commission', `${FREE} + i`)}, 'free-' || i, y.payee_id, y.amount_minor, y.currency, 'APPROVED', y.id,
     y.oldest_earned_at, case when y.amount_minor < 0 then 'clawback' else 'commission' end, y.held
   from generate_series(0, ${FREE_PAYABLES - 1}) as i join payables y on y.id = ${idOf('payable', `${FREE} + i`)}`,
  `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, created_at)
   select c.id || ':earned', l.line, l.account, case when (c.amount_minor > 0) = (l.line = 1) then 'debit' else 'credit' end,
     abs(c.amount_minor), c.currency, c.payee_id, c.earned_at
   from commissions c cross join (values (1, 'commission_expense'), (2, 'payee_payable')) as l (line, account)
   where c.external_id like 'free-%'`,
  `insert into commissions (id, external_id, payee_id, amount_minor, currency, status, earned_at, available_at, programme_id)
   select ${idOf('commission', `${FREE} + 10000 + i`)}, 'later-' || i, ${idOf('payee', `i * 31 % ${PAYEES}`)}, 300 + i,
     ${currencyOf('i / 5 % 3')}, case when i % 5 = 0 then 'REVERSED' else 'PENDING' end, pg_temp.moment(i, 22),
     now() + interval '30 days', case when i % 2 = 0 then '${OTHER_PROGRAMME}' end
   from generate_series(0, ${IMMATURE - 1}) as i`,
];

const CONVERSIONS = 6_000;
const conversions = [
  `insert into conversions (id, programme_id, external_id, affiliate_external_id, payee_id, amount_minor, currency, occurred_at,
     status, test)
   select ${idOf('conversion', 'i')}, case when i % 3 = 0 then '${OTHER_PROGRAMME}' else '${DEFAULT_PROGRAMME_ID}' end, 'order-' || i,
     'aff-' || i * 17 % ${PAYEES}, case when i % 50 > 0 then ${idOf('payee', `i * 17 % ${PAYEES}`)} end,
     case when i % 40 = 0 then 0 else 1000 + i end, ${currencyOf('i / 7 % 3')}, pg_temp.moment(i, 31),
     (array['APPROVED', 'APPROVED', 'PENDING', 'CANCELLED'])[1 + i % 4], i % 61 = 0
   from generate_series(0, ${CONVERSIONS - 1}) as i`,
  `insert into conversion_reversals (id, external_id, conversion_id, kind, amount_minor, occurred_at, created_by)
   select ${idOf('reversal', 'i * 2 + k')}, 'refund-' || i || '-' || k, ${idOf('conversion', 'i')}, 'refund',
     case when i % 18 = 0 then case k when 0 then 400 else 600 + i end else 100 end, '2026-02-01T00:00:00Z', 'test'
   from generate_series(0, ${CONVERSIONS - 1}) as i cross join generate_series(0, 1) as k
   where i % 9 = 0 and i % 40 > 0 and (k = 0 or i % 18 = 0)`,
];

const share = `(r * ${SHARES_EACH} + k)`;
/** Gross, fee and tax of share `k` of release `r`; one in five shares is all fee. */
const GROSS = `(20000 + r * 137 + k * 1000)`;
const FEE = `(case when ${share} % 5 = 0 then ${GROSS} else ${GROSS} / 10 end)`;
const TAX = `(case when ${share} % 5 = 0 then 0 else k * 50 end)`;
const EACH_SHARE = `generate_series(0, ${RELEASES - 1}) as r cross join generate_series(0, ${SHARES_EACH - 1}) as k`;
const RELEASED_AT = 'pg_temp.moment(r, 41)';
const number = `${ESCROW_FROM} + ${share}`;
const currency = currencyOf('r % 3');

const releases = [
  `insert into split_models (project_id, version, model, created_by) values ('project', 1, '{}', 'test')`,
  `insert into escrows (id, project_id, currency, by_milestone)
   select 'escrow-' || r, 'project', ${currency}, false from generate_series(0, ${RELEASES - 1}) as r`,
  `with release as (
     insert into escrow_releases (id, escrow_id, project_id, by_milestone, model_version, currency, amount_minor,
       distributed_minor, platform_fee_minor, tax_minor, batch_id, created_by, created_at)
     select ${idOf('release', 'r')}, 'escrow-' || r, 'project', false, 1, ${currency}, sum(${GROSS}), sum(${GROSS} - ${FEE} - ${TAX}),
       sum(${FEE}), sum(${TAX}), ${idOf('batch', `${ESCROW_FROM} + r`)}, 'test', ${RELEASED_AT}
     from ${EACH_SHARE} group by r
   ),
   batch as (
     insert into batches (id, status, provider, currency, total_minor, payment_count, chunk_count, content_hash, release_id,
       source, created_by, created_at)
     select ${idOf('batch', `${ESCROW_FROM} + r`)}, 'COMPLETED', 'mock', ${currency}, sum(${GROSS} - ${FEE} - ${TAX}), count(*), 1, 'year',
       ${idOf('release', 'r')}, 'escrow', 'test', ${RELEASED_AT}
     from ${EACH_SHARE} group by r
   ),
   payable as (
     insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open, payment_id, paid_at, created_at)
     select ${idOf('payable', number)}, ${idOf('payee', `${share} * 5`)}, ${currency}, ${GROSS} - ${FEE} - ${TAX}, 1, ${RELEASED_AT},
       false, ${idOf('payment', number)}, ${RELEASED_AT} + interval '90 minutes', ${RELEASED_AT}
     from ${EACH_SHARE} where ${share} % 5 > 0
   ),
   earned as (
     insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at, release_id)
     select ${idOf('commission', number)}, 'share-' || ${share}, ${idOf('payee', `${share} * 5`)}, ${GROSS} - ${FEE} - ${TAX}, ${currency},
       'APPROVED', ${idOf('payable', number)}, ${RELEASED_AT}, ${idOf('release', 'r')}
     from ${EACH_SHARE} where ${share} % 5 > 0
   ),
   payment as (
     insert into payments (id, batch_id, payee_id, account_id, account_ref, provider, currency, amount_minor, commission_count,
       chunk, ordinal, status, generation, created_at, submitted_at, completed_at)
     select ${idOf('payment', number)}, ${idOf('batch', `${ESCROW_FROM} + r`)}, ${idOf('payee', `${share} * 5`)},
       ${idOf('account', `${share} * 15`)}, 'acct', 'mock', ${currency}, ${GROSS} - ${FEE} - ${TAX}, 1, 0, k, 'COMPLETED', 1,
       ${RELEASED_AT}, ${RELEASED_AT} + interval '1 minute', ${RELEASED_AT} + interval '90 minutes'
     from ${EACH_SHARE} where ${share} % 5 > 0
   )
   insert into escrow_shares (id, release_id, ordinal, recipient_id, payee_id, gross_minor, platform_fee_minor, tax_minor, net_minor,
     netted_minor, commission_id, payment_id)
   select ${idOf('share', number)}, ${idOf('release', 'r')}, k, 'recipient-' || k, ${idOf('payee', `${share} * 5`)}, ${GROSS}, ${FEE}, ${TAX},
     ${GROSS} - ${FEE} - ${TAX}, 0, case when ${share} % 5 > 0 then ${idOf('commission', number)} end,
     case when ${share} % 5 > 0 then ${idOf('payment', number)} end
   from ${EACH_SHARE}`,
];

/** A third of the releases are refunded by half of what each share was divided into. */
const refunds = `
  with part as (
    select r.id as release_id, s.id as share_id, s.payee_id, s.commission_id, s.ordinal, r.currency, r.escrow_id, r.batch_id, r.created_at,
      s.platform_fee_minor / 2 as fee, s.tax_minor / 2 as tax, s.net_minor / 2 as net, right(r.id, 12) as digits
    from escrow_releases r join escrow_shares s on s.release_id = r.id where right(r.id, 1) in ('1', '5', '9', 'c')
  ),
  refund as (
    insert into escrow_refunds (id, external_id, release_id, amount_minor, platform_fee_minor, tax_minor, reason, refunded_before_minor,
      created_by, created_at)
    select 'rfd_01900000000070008000' || digits, 'refund-' || digits, release_id, sum(fee + tax + net), sum(fee), sum(tax), 'half', 0, 'test',
      max(created_at) + interval '9 days'
    from part group by release_id, digits
  ),
  owing as (
    insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open)
    select 'pbl_1' || substr(share_id, 6), payee_id, currency, -net, 1, created_at + interval '9 days', false from part where net > 0
  ),
  taken as (
    insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at, release_id, reverses)
    select 'com_1' || substr(share_id, 6), 'refund-of-' || share_id, payee_id, -net, currency, 'APPROVED', 'pbl_1' || substr(share_id, 6),
      created_at + interval '9 days', release_id, commission_id
    from part where net > 0
  ),
  books as (
    insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, batch_id, escrow_id, corrects, created_at)
    select 'rfd_01900000000070008000' || digits || ':refunded', l.line, l.account, l.side, l.minor, currency, l.payee_id, batch_id,
      escrow_id, release_id || ':split', created_at + interval '9 days'
    from (
      select release_id, digits, currency, batch_id, escrow_id, created_at, sum(fee) as fee, sum(tax) as tax, sum(net) as net from part
      group by 1, 2, 3, 4, 5, 6
    ) whole
    cross join lateral (
      values (1, 'escrow_liability', 'credit', fee + tax + net, null), (2, 'platform_revenue', 'debit', fee, null),
        (3, 'tax_payable', 'debit', tax, null)
      union all
      select part.ordinal + 4, 'payee_payable', 'debit', part.net, part.payee_id from part where part.release_id = whole.release_id
    ) as l (line, account, side, minor, payee_id)
    where l.minor > 0
  )
  insert into escrow_refund_shares (refund_id, share_id, platform_fee_minor, tax_minor, net_minor, commission_id)
  select 'rfd_01900000000070008000' || digits, share_id, fee, tax, net, case when net > 0 then 'com_1' || substr(share_id, 6) end from part`;

const books = [
  `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, batch_id, escrow_id, created_at)
   select r.id || ':split', l.line, l.account, l.side, l.minor, r.currency, l.payee_id, r.batch_id, r.escrow_id, r.created_at
   from escrow_releases r cross join lateral (
     values (1, 'escrow_liability', 'debit', r.amount_minor, null), (2, 'platform_revenue', 'credit', r.platform_fee_minor, null),
       (3, 'tax_payable', 'credit', r.tax_minor, null)
     union all
     select s.ordinal + 4, 'payee_payable', 'credit', s.net_minor, s.payee_id from escrow_shares s where s.release_id = r.id
   ) as l (line, account, side, minor, payee_id) where l.minor > 0`,
  `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id, created_at)
   select p.id || ':settled', l.line, l.account, l.side, p.amount_minor, p.currency, p.payee_id, p.id, p.batch_id, p.completed_at
   from payments p join escrow_releases r on r.batch_id = p.batch_id
   cross join (values (1, 'payee_payable', 'debit'), (2, 'provider_clearing/mock', 'credit')) as l (line, account, side)`,
];

/** Earnings in no payment, conversions, and escrow releases with their refunds. */
export const earningStatements: readonly string[] = [
  ...free,
  ...conversions,
  ...releases,
  ...books,
  refunds,
];
