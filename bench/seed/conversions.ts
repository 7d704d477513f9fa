import postgres from 'postgres';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { idSql } from './sql.ts';

/** So many conversions has each affiliate. */
export const CONVERSIONS_EACH = 50;

/** In euros a tenth; in dollars by what came before in the month; payable after thirty days. */
const TERMS = {
  commission: [
    { currency: 'EUR', rate: { kind: 'percentage', bps: 1_000 } },
    {
      currency: 'USD',
      rate: {
        kind: 'tiers',
        measure: 'volume',
        period: 'month',
        mode: 'marginal',
        tiers: [
          { from: 0, to: 50_000, rate: { kind: 'percentage', bps: 500 } },
          { from: 50_000, to: 100_000, rate: { kind: 'percentage', bps: 800 } },
          { from: 100_000, to: null, rate: { kind: 'percentage', bps: 1_200 } },
        ],
      },
    },
  ],
  holdingDays: 30,
};

/**
 * Fills an empty, migrated database with affiliates and their conversions over three months, one in
 * five in euros, the rule that they go by, and the queue as ingestion leaves it. Ends with `vacuum analyze`.
 */
export async function seedConversions(databaseUrl: string, conversions: number): Promise<void> {
  const connection = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await connection.unsafe('set synchronous_commit = off');
    for (const statement of statements(conversions)) await connection.unsafe(statement);
    await connection.unsafe('vacuum analyze');
  } finally {
    await connection.end({ timeout: 5 });
  }
}

function statements(conversions: number): string[] {
  const payees = Math.ceil(conversions / CONVERSIONS_EACH);
  const rule = idSql('rule', '1');
  const programme = `'${DEFAULT_PROGRAMME_ID}'`;
  const payee = idSql('payee', `i % ${payees}`);
  const at = `timestamptz '2026-01-01T00:00:00Z' + i * interval '7776000 s' / ${conversions}`;
  return [
    `insert into payees (id, external_id, full_name, email, country, currency)
     select ${idSql('payee', 'i')}, 'affiliate-' || i, 'Affiliate ' || i, 'a' || i || '@example.test', 'US', 'USD'
     from generate_series(0, ${payees - 1}) as i`,
    `insert into payout_rules (id, programme_id, created_by) values (${rule}, ${programme}, 'bench')`,
    `insert into payout_rule_versions (rule_id, version, effective_from, terms, created_by)
     values (${rule}, 1, '2020-01-01T00:00:00Z', '${JSON.stringify(TERMS)}', 'bench')`,
    `insert into conversions (id, programme_id, external_id, affiliate_external_id, payee_id, amount_minor, currency,
       occurred_at, status, customer)
     select ${idSql('conversion', 'i')}, ${programme}, 'order-' || i, 'affiliate-' || i % ${payees}, ${payee},
       1000 + i % 9973, case when i % 5 = 0 then 'EUR' else 'USD' end, date_trunc('milliseconds', ${at}), 'APPROVED',
       'customer-' || i
     from generate_series(0, ${conversions - 1}) as i`,
    `insert into calculation_queue (programme_id, payee_id, due_at, dirty_from)
     select ${programme}, payee_id, '-infinity', min(occurred_at) from conversions group by payee_id`,
  ];
}
