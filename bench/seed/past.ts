import { AMOUNT, idSql } from './sql.ts';

/** Rows of the past are numbered from here on, so that they never meet those of the present. */
const PAST = 100_000_000_000;

/**
 * A batch completed two months ago that paid one commission to each payee who is ready now: payables,
 * payments, attempts, ledger entries and audit rows as the product leaves them.
 */
export function pastStatements(payees: number): string[] {
  const ready = `(select i, (row_number() over (order by i) - 1)::int as ordinal
    from generate_series(0, ${payees - 1}) as i where i % 20 <> 0) as ready`;
  const payee = idSql('payee', 'i');
  const payable = idSql('payable', `${PAST} + i`);
  const commission = idSql('commission', `${PAST} + i`);
  const payment = idSql('payment', `${PAST} + i`);
  const batch = idSql('batch', '1');
  const then = `now() - interval '60 days'`;
  return [
    `insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open,
       payment_id, paid_at, created_at)
     select ${payable}, ${payee}, 'USD', ${AMOUNT}, 1, ${then}, false, ${payment}, ${then}, ${then} from ${ready}`,
    `insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at, created_at)
     select ${commission}, 'past-' || i, ${payee}, ${AMOUNT}, 'USD', 'APPROVED', ${payable}, ${then}, ${then}
     from ${ready}`,
    // Batches of the past end at once, which the product's never do.
    'alter table batches disable trigger batches_born_queued',
    'alter table payments disable trigger payments_batch_open',
    `insert into batches (id, status, provider, currency, total_minor, payment_count, chunk_count, content_hash,
       created_by, created_at, completed_at, completed_count, completed_minor)
     select ${batch}, 'COMPLETED', 'mock', 'USD', sum(${AMOUNT}), count(*), (count(*) + 99) / 100, 'past', 'bench',
       ${then}, ${then}, count(*), sum(${AMOUNT})
     from ${ready} having count(*) > 0`,
    `insert into payments (id, batch_id, payee_id, account_id, account_ref, provider, currency, amount_minor,
       commission_count, chunk, ordinal, status, generation, created_at, submitted_at, completed_at)
     select ${payment}, ${batch}, ${payee}, ${idSql('account', 'i')}, 'acct-' || i, 'mock', 'USD', ${AMOUNT},
       1, ordinal / 100, ordinal, 'COMPLETED', 1, ${then}, ${then}, ${then}
     from ${ready}`,
    'alter table batches enable trigger batches_born_queued',
    'alter table payments enable trigger payments_batch_open',
    `insert into attempts (payment_id, generation, idempotency_key, request_hash, status, closed_at)
     select ${payment}, 1, ${payment} || ':1', 'past', 'SETTLED', ${then} from ${ready}`,
    `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id)
     select entry_id, line, account, side, ${AMOUNT}, 'USD', ${payee}, payment_id, batch_id
     from ${ready} cross join lateral (values
       (${commission} || ':earned', 1, 'commission_expense', 'debit', null, null),
       (${commission} || ':earned', 2, 'payee_payable', 'credit', null, null),
       (${payment} || ':settled', 1, 'payee_payable', 'debit', ${payment}, ${batch}),
       (${payment} || ':settled', 2, 'provider_clearing/mock', 'credit', ${payment}, ${batch}))
       as lines (entry_id, line, account, side, payment_id, batch_id)`,
    `insert into audit_logs (action, status, batch_id, payment_id, from_state, to_state, actor)
     select 'payment.completed', 'SUCCESS', ${batch}, ${payment}, 'PROCESSING', 'COMPLETED', 'system' from ${ready}`,
  ];
}
