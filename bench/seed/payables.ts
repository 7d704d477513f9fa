import postgres from 'postgres';
import { pastStatements } from './past.ts';
import { AMOUNT, idSql } from './sql.ts';

export interface Seed {
  payees: number;
  /** Commissions behind what is payable to each payee. */
  commissionsEach: number;
  /** One payee in twenty without an account or its verification, and a payment made to each other one before. */
  lived: boolean;
}

/** Of each twenty payees the first is not ready: by turns it has no account, or one without verification. */
const hasAccount = ({ lived }: Seed): string => (lived ? 'i % 40 <> 0' : 'true');
const kycStatus = ({ lived }: Seed): string =>
  lived ? `case when i % 20 = 0 then 'PENDING' else 'APPROVED' end` : `'APPROVED'`;

/**
 * Fills an empty, migrated database with payees, accounts, payable commissions and their ledger
 * entries: in bulk, under all checks and triggers. The ledger has one `earned` entry a payee instead
 * of one a commission, which sums to the same. Ends with `vacuum analyze`, as a day's pause would.
 */
export async function seedPayables(databaseUrl: string, seed: Seed): Promise<void> {
  const connection = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await connection.unsafe('set synchronous_commit = off');
    for (const statement of statements(seed)) await connection.unsafe(statement);
    await connection.unsafe('vacuum analyze');
  } finally {
    await connection.end({ timeout: 5 });
  }
}

function statements(seed: Seed): string[] {
  const each = `generate_series(0, ${seed.payees - 1}) as i`;
  const payee = idSql('payee', 'i');
  const payable = idSql('payable', 'i');
  const count = seed.commissionsEach;
  return [
    `insert into payees (id, external_id, full_name, email, country, currency, created_at)
     select ${payee}, 'ext-' || i, 'Payee Number ' || i, 'payee' || i || '@example.test',
       (array['US', 'DE', 'ID', 'PH'])[1 + i % 4], 'USD', now() - interval '90 days'
     from ${each}`,
    `insert into accounts (id, payee_id, provider, account_ref, kyc_status, verified_at)
     select ${idSql('account', 'i')}, ${payee}, 'mock', 'acct-' || i, ${kycStatus(seed)}, now()
     from ${each} where ${hasAccount(seed)}`,
    `insert into payables (id, payee_id, currency, amount_minor, commission_count, oldest_earned_at, open)
     select ${payable}, ${payee}, 'USD', ${AMOUNT} * ${count}, ${count},
       now() - interval '30 days' - i * interval '1 second', true
     from ${each}`,
    `insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at)
     select ${idSql('commission', `i::bigint * ${count} + k`)}, 'sale-' || i || '-' || k, ${payee}, ${AMOUNT},
       'USD', 'APPROVED', ${payable}, now() - interval '30 days' + k * interval '1 day' - i * interval '1 second'
     from ${each} cross join generate_series(0, ${count - 1}) as k`,
    `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id)
     select ${payable} || ':earned', line, account, side, ${AMOUNT} * ${count}, 'USD', ${payee}
     from ${each} cross join (values (1, 'commission_expense', 'debit'), (2, 'payee_payable', 'credit'))
       as lines (line, account, side)`,
    ...(seed.lived ? pastStatements(seed.payees) : []),
  ];
}
