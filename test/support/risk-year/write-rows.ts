import postgres from 'postgres';
import type { Row } from './year.ts';

const COLUMNS = {
  users: 'id text, email text, name text, role text, created_at timestamptz',
  payees:
    'id text, external_id text, full_name text, email text, country text, currency text, created_at timestamptz',
  accounts:
    'id text, payee_id text, provider text, account_ref text, destination_index text, kyc_status text, created_at timestamptz, changed_at timestamptz',
  payout_rules: 'id text, programme_id text, created_by text, created_at timestamptz',
  payout_rule_versions:
    'rule_id text, version int, effective_from timestamptz, effective_to timestamptz, terms jsonb, created_by text, created_at timestamptz',
  batches:
    'id text, status text, provider text, currency text, total_minor bigint, payment_count int, chunk_count int, content_hash text, programme_id text, source text, created_by text, created_at timestamptz',
  payments:
    'id text, batch_id text, payee_id text, account_id text, account_ref text, provider text, currency text, amount_minor bigint, commission_count int, chunk int, ordinal int, status text, created_at timestamptz, updated_at timestamptz',
  commissions:
    'id text, external_id text, payee_id text, amount_minor bigint, currency text, status text, kind text, earned_at timestamptz, created_at timestamptz',
  approvals:
    'id text, batch_id text, content_hash text, decision text, actor text, created_at timestamptz',
  role_changes:
    'id text, user_id text, from_role text, to_role text, actor text, created_at timestamptz',
  cases:
    'id text, kind text, severity text, status text, subject text, summary text, provider text, details jsonb, created_at timestamptz',
  currency_rates:
    'currency text, day date, base_currency text, rate numeric, created_by text, created_at timestamptz',
  audit_logs:
    'action text, status text, actor text, ip_address text, user_agent text, details jsonb, batch_id text, created_at timestamptz',
} as const;
export type TableName = keyof typeof COLUMNS | 'account_changes' | 'payment_ends';

/** What changes rows that are there already. */
const CHANGES: Partial<Record<TableName, string>> = {
  account_changes: `update accounts a set changed_at = r.at, changed_by = r.by, verified_at = r.verified_at, verified_by = r.verified_by
    from jsonb_to_recordset($1::text::jsonb) as r(id text, at timestamptz, by text, verified_at timestamptz, verified_by text)
    where a.id = r.id`,
  payment_ends: `update payments p set status = r.status, failure_code = r.failure_code, updated_at = r.at,
      completed_at = case r.status when 'COMPLETED' then r.at end
    from jsonb_to_recordset($1::text::jsonb) as r(id text, status text, failure_code text, at timestamptz)
    where p.id = r.id`,
};

const inserted = (table: keyof typeof COLUMNS): string => {
  const names = COLUMNS[table].split(', ').map((column) => column.split(' ')[0]);
  return `insert into ${table} (${names.join(', ')})
    select ${names.join(', ')} from jsonb_to_recordset($1::text::jsonb) as r(${COLUMNS[table]})`;
};

const isTable = (name: string): name is keyof typeof COLUMNS => name in COLUMNS;

/**
 * Writes rows as they are, with the instants that they have. Triggers and foreign keys are off for it:
 * they would book a year of money whose way through the product other tests show.
 */
export function openWriter(databaseUrl: string) {
  const sql = postgres(databaseUrl, {
    max: 1,
    onnotice: () => {},
    connection: { session_replication_role: 'replica' },
  });
  return {
    async write(table: TableName, rows: readonly Row[]): Promise<void> {
      const text = isTable(table) ? inserted(table) : CHANGES[table];
      if (text === undefined || rows.length === 0) return;
      await sql.unsafe(text, [JSON.stringify(rows)]);
    },
    /** As autovacuum would from time to time. */
    analyze: () => sql.unsafe('analyze'),
    close: () => sql.end({ timeout: 5 }),
  };
}
