import postgres from 'postgres';
import { openDatabase } from '../../db/client.ts';
import { noRow } from '../../db/rows.ts';
import { addUpSlots } from '../../db/queries/report/add-up.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { seedPayables } from './payables.ts';
import { idSql } from './sql.ts';

/** So many payments has each affiliate, and as many commissions. */
const PAYMENTS_EACH = 10;
const CONVERSIONS_EACH = 3;
const BATCH_PAYMENTS = 1_000;
export const YEAR_DAYS = 365;
/** Slots that are added up by one statement, as the worker does it. */
const SLOTS_AT_ONCE = 500;

/** How payments come in over the year: with their batches, each of which is made at once, or one by one at equal distances. */
export type Spread = 'in batches' | 'one by one';

/** What a year of payments took to be added up, in milliseconds. */
export interface SeededYear {
  addUpMs: number;
}

/**
 * Fills an empty, migrated database with payments over the year before now, a tenth as many affiliates,
 * their earnings and conversions, and ledger entries of what was paid and came back; and adds it up. The
 * payments cover nothing. Ends with `vacuum analyze`.
 */
export async function seedYear(
  databaseUrl: string,
  payments: number,
  spread: Spread,
): Promise<SeededYear> {
  const payees = Math.ceil(payments / PAYMENTS_EACH);
  await seedPayables(databaseUrl, { payees, commissionsEach: PAYMENTS_EACH, lived: false });
  const connection = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await connection.unsafe('set synchronous_commit = off');
    for (const statement of statements(payments, payees, spread))
      await connection.unsafe(statement);
    const addUpMs = await addUp(databaseUrl);
    await connection.unsafe('vacuum analyze');
    return { addUpMs };
  } finally {
    await connection.end({ timeout: 5 });
  }
}

async function addUp(databaseUrl: string): Promise<number> {
  const db = openDatabase(databaseUrl);
  try {
    // Nothing is known of these rows yet, as after a first import.
    await db.run(noRow, 'analyze payments', [], { deadlineMs: 120_000 });
    await db.run(noRow, 'analyze ledger_entries', [], { deadlineMs: 120_000 });
    await db.run(noRow, 'analyze report_changes', [], { deadlineMs: 120_000 });
    const startedMs = performance.now();
    for (const source of ['payments', 'ledger'] as const) {
      const atOnce = { slotsMax: SLOTS_AT_ONCE, restSeconds: 0 };
      while ((await addUpSlots(db, source, atOnce)) > 0);
    }
    return performance.now() - startedMs;
  } finally {
    await db.close();
  }
}

const pick = (values: readonly string[], place: string): string =>
  `(array['${values.join("', '")}'])[1 + (${place})::int]`;

/** Of each batch one provider and currency; a third of them belong to the first programme. */
const PROVIDER = pick(['mock', 'xendit', 'stripe'], 'n % 3');
const CURRENCY = pick(['USD', 'EUR', 'JPY'], 'n / 3 % 3');
/** Nine in ten are paid; of a hundred three came back and four failed. */
const STATE = `case when i % 100 < 90 then 'COMPLETED' when i % 100 < 93 then 'RETURNED' when i % 100 < 97 then 'FAILED'
  when i % 100 < 99 then 'CANCELLED' else 'PROCESSING' end`;
const PAID = 'i % 100 < 93';
const RETURNED = 'i % 100 between 90 and 92';
const AMOUNT = '(1000 + i % 9973)';

function statements(payments: number, payees: number, spread: Spread): string[] {
  const batches = Math.ceil(payments / BATCH_PAYMENTS);
  const place =
    spread === 'in batches' ? `(i % ${batches} + 0.5) / ${batches}` : `(i + 0.5) / ${payments}`;
  const each = `(select i, (i % ${batches})::int as n,
      now() - interval '${YEAR_DAYS} days' + ${place} * interval '${YEAR_DAYS} days' as made
    from generate_series(0, ${payments - 1}) as i) as each`;
  const payment = idSql('payment', 'i');
  const batch = idSql('batch', 'n');
  const payee = idSql('payee', `i % ${payees}`);
  return [
    // Batches of the past end at once, which the product's never do.
    'alter table batches disable trigger batches_born_queued',
    'alter table payments disable trigger payments_batch_open',
    `insert into batches (id, status, provider, currency, total_minor, payment_count, chunk_count, content_hash, programme_id,
       created_by, created_at)
     select ${batch}, 'COMPLETED', ${PROVIDER}, ${CURRENCY}, 1, ${BATCH_PAYMENTS}, ${BATCH_PAYMENTS} / 100, 'year',
       case when n % 9 < 3 then '${DEFAULT_PROGRAMME_ID}' end, 'bench', now() - interval '${YEAR_DAYS} days'
     from generate_series(0, ${batches - 1}) as n`,
    `insert into payments (id, batch_id, payee_id, account_id, account_ref, provider, currency, amount_minor, commission_count,
       chunk, ordinal, status, generation, failure_code, created_at, submitted_at, completed_at, updated_at)
     select ${payment}, ${batch}, ${payee}, ${idSql('account', `i % ${payees}`)}, 'acct', ${PROVIDER}, ${CURRENCY}, ${AMOUNT}, 0,
       i / ${batches} / 100, i / ${batches}, ${STATE}, 1, case when i % 100 between 93 and 98 then 'account_closed' end, made,
       made + interval '1 minute', case when ${PAID} then made + i % 600 * interval '1 minute' end, made
     from ${each}`,
    'alter table batches enable trigger batches_born_queued',
    'alter table payments enable trigger payments_batch_open',
    `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id, created_at)
     select ${payment} || ':settled', line, account || case line when 2 then ${PROVIDER} else '' end, side, ${AMOUNT}, ${CURRENCY},
       ${payee}, ${payment}, ${batch}, made + i % 600 * interval '1 minute'
     from ${each} cross join (values (1, 'payee_payable', 'debit'), (2, 'provider_clearing/', 'credit')) as lines (line, account, side)
     where ${PAID}`,
    `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id, payment_id, batch_id, corrects,
       created_at)
     select ${payment} || ':returned', line, account || case line when 2 then ${PROVIDER} else '' end, side, ${AMOUNT}, ${CURRENCY},
       ${payee}, ${payment}, ${batch}, ${payment} || ':settled', made + i % 600 * interval '1 minute' + interval '2 days'
     from ${each} cross join (values (1, 'payee_payable', 'credit'), (2, 'provider_clearing/', 'debit')) as lines (line, account, side)
     where ${RETURNED}`,
    `insert into conversions (id, programme_id, external_id, affiliate_external_id, payee_id, amount_minor, currency, occurred_at, status)
     select ${idSql('conversion', 'i')}, '${DEFAULT_PROGRAMME_ID}', 'order-' || i, 'ext-' || i % ${payees}, ${payee}, ${AMOUNT}, 'USD',
       now() - interval '${YEAR_DAYS} days' + i * interval '${YEAR_DAYS} days' / ${payees * CONVERSIONS_EACH}, 'APPROVED'
     from generate_series(0, ${payees * CONVERSIONS_EACH - 1}) as i`,
  ];
}
