/**
 * What can be told in two ways, by the books and by what is stored beside them: SQL with a row for each
 * place where the two differ, in the columns `what, entry_id, account, payee_id, escrow_id, currency,
 * derived_minor, stored_minor`. Both amounts are debit less credit; `derived_minor` is the books' own.
 */

const NET = `case side when 'debit' then amount_minor else -amount_minor end`;

/** What the books owe each payee, against what is payable or under way. */
export const PAYABLES_DIFFER = `
  select 'payable' as what, null::text as entry_id, 'payee_payable' as account, payee_id, null::text as escrow_id,
    currency, sum(derived_minor) as derived_minor, sum(stored_minor) as stored_minor
  from (
    select payee_id, currency, sum(${NET}) as derived_minor, 0 as stored_minor
    from ledger_entries where account = 'payee_payable' group by payee_id, currency
    union all
    select payee_id, currency, 0, -sum(amount_minor) from payables where paid_at is null group by payee_id, currency
  ) both_sides
  group by payee_id, currency having sum(derived_minor) <> sum(stored_minor)`;

/**
 * The lines of the entries that `booked` picks, against those that `stored` says there must be, summed
 * by account, of `payee_payable` also by payee: an event may write one line or several of an account.
 */
const entriesDiffer = (what: string, booked: string, stored: string): string => `
  select '${what}' as what, entry_id, account, payee_id, max(escrow_id) as escrow_id, currency,
    sum(derived_minor) as derived_minor, sum(stored_minor) as stored_minor
  from (
    select entry_id, account, case account when 'payee_payable' then payee_id end as payee_id, escrow_id, currency,
      ${NET} as derived_minor, 0 as stored_minor
    from ledger_entries where ${booked}
    union all ${stored}
  ) both_sides
  group by entry_id, account, payee_id, currency having sum(derived_minor) <> sum(stored_minor)`;

const RELEASES = entriesDiffer(
  'release',
  `escrow_id is not null and right(entry_id, 6) = ':split'`,
  `
    select r.id || ':split', l.account, null, r.escrow_id, r.currency, 0, l.minor
    from escrow_releases r
    cross join lateral (values ('escrow_liability', r.amount_minor), ('platform_revenue', -r.platform_fee_minor),
      ('tax_payable', -r.tax_minor)) as l (account, minor)
    union all
    select r.id || ':split', 'payee_payable', s.payee_id, r.escrow_id, r.currency, 0, -s.net_minor
    from escrow_shares s join escrow_releases r on r.id = s.release_id`,
);

const REFUNDS = entriesDiffer(
  'refund',
  `escrow_id is not null and right(entry_id, 9) = ':refunded'`,
  `
    select f.id || ':refunded', l.account, null, r.escrow_id, r.currency, 0, l.minor
    from escrow_refunds f join escrow_releases r on r.id = f.release_id
    cross join lateral (values ('escrow_liability', -f.amount_minor), ('platform_revenue', f.platform_fee_minor),
      ('tax_payable', f.tax_minor)) as l (account, minor)
    union all
    select f.id || ':refunded', 'payee_payable', s.payee_id, r.escrow_id, r.currency, 0, b.net_minor
    from escrow_refund_shares b join escrow_shares s on s.id = b.share_id
    join escrow_refunds f on f.id = b.refund_id join escrow_releases r on r.id = f.release_id`,
);

/** COMPLETED asks for the entry that paid, RETURNED for it and for the one that took it back. */
const PAYMENTS = entriesDiffer(
  'payment',
  `(right(entry_id, 8) = ':settled' or right(entry_id, 9) = ':returned')`,
  `
    select p.id || e.suffix, case l.account when 'provider_clearing' then 'provider_clearing/' || p.provider else l.account end,
      case l.account when 'payee_payable' then p.payee_id end, null, p.currency, 0, e.sign * l.sign * p.amount_minor
    from payments p
    join (values (':settled', 1), (':returned', -1)) as e (suffix, sign)
      on p.status = 'RETURNED' or (p.status = 'COMPLETED' and e.sign = 1)
    cross join (values ('payee_payable', 1), ('provider_clearing', -1)) as l (account, sign)`,
);

/** What each event wrote into the books, against what is stored of it. */
export const ENTRIES_DIFFER = [RELEASES, REFUNDS, PAYMENTS].join(' union all ');
