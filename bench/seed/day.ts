import postgres from 'postgres';
import { BEHIND_EVERY, FOREIGN } from '../runs/listed-day.ts';
import { AMOUNT, idSql } from './sql.ts';

/**
 * Fills an empty, migrated database with a day of payments that were paid, for comparison alone: one
 * batch with its payments, their attempts spread over the day, and their ledger entries; no payees
 * and nothing payable. One in ten thousand is still under way here. Ends with `vacuum analyze`.
 */
export async function seedDay(databaseUrl: string, payments: number, day: string): Promise<void> {
  const connection = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await connection.unsafe('set synchronous_commit = off');
    for (const statement of statements(payments, day)) await connection.unsafe(statement);
    await connection.unsafe('vacuum analyze');
  } finally {
    await connection.end({ timeout: 5 });
  }
}

function statements(payments: number, day: string): string[] {
  const each = `generate_series(0, ${payments - 1}) as i`;
  const payment = idSql('payment', 'i');
  const batch = idSql('batch', '1');
  const at = `timestamptz '${day}T00:00:00Z' + i * interval '86400 s' / ${payments + FOREIGN}`;
  const isBehind = `i % ${BEHIND_EVERY} = 0`;
  return [
    // Batches of the past end at once, which the product's never do.
    'alter table batches disable trigger batches_born_queued',
    'alter table payments disable trigger payments_batch_open',
    `insert into batches (id, status, provider, currency, total_minor, payment_count, chunk_count, content_hash,
       created_by, created_at)
     select ${batch}, 'SETTLING', 'mock', 'USD', sum(${AMOUNT}), count(*), (count(*) + 99) / 100, 'day', 'bench',
       timestamptz '${day}T00:00:00Z' from ${each}`,
    `insert into payments (id, batch_id, payee_id, account_id, account_ref, provider, currency, amount_minor,
       commission_count, chunk, ordinal, status, generation, created_at, submitted_at, completed_at, provider_payment_id)
     select ${payment}, ${batch}, ${idSql('payee', 'i')}, ${idSql('account', 'i')}, 'acct-' || i, 'mock', 'USD',
       ${AMOUNT}, 0, i / 100, i, case when ${isBehind} then 'PROCESSING' else 'COMPLETED' end, 1, ${at}, ${at},
       case when not ${isBehind} then ${at} end, 'mp_' || i
     from ${each}`,
    'alter table batches enable trigger batches_born_queued',
    'alter table payments enable trigger payments_batch_open',
    `insert into attempts (payment_id, generation, idempotency_key, request_hash, status, provider_payment_id,
       created_at, last_sent_at, answered_at, closed_at)
     select ${payment}, 1, ${payment} || ':1', 'day', case when ${isBehind} then 'ACCEPTED' else 'SETTLED' end,
       'mp_' || i, ${at}, ${at}, ${at}, case when not ${isBehind} then ${at} end
     from ${each}`,
    `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id)
     select ${payment} || ':settled', line, account, side, ${AMOUNT}, 'USD', ${idSql('payee', 'i')}, ${payment}, ${batch}
     from ${each} cross join (values (1, 'payee_payable', 'debit'), (2, 'provider_clearing/mock', 'credit'))
       as lines (line, account, side)
     where not ${isBehind}`,
  ];
}
