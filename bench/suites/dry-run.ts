import { z } from 'zod';
import postgres from 'postgres';
import { dryRun, type DryRun } from '../../api/dry-run/dry-run.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { findProgramme } from '../../db/queries/programmes.ts';
import { readTerms } from '../../db/rule-terms.ts';
import { amountColumn, countColumn, onlyRow } from '../../db/rows.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import type { Figure } from '../measure/figure.ts';
import { idSql } from '../seed/sql.ts';
import type { Bench, Findings } from './suite.ts';

const SUITE = 'dry-run';
const CONVERSIONS = 100_000;
const AFFILIATES = 10_000;
const SECONDS_MAX = 10;

const PERIOD = { from: new Date('2026-03-01'), to: new Date('2026-04-01') };
const IN_FORCE = { commission: [{ rate: { kind: 'percentage', bps: 1_000 } }] };
const PROPOSED = {
  commission: [
    {
      currency: 'USD',
      rate: {
        kind: 'tiers',
        measure: 'volume',
        period: 'month',
        mode: 'marginal',
        tiers: [
          { from: 0, to: 20_000, rate: { kind: 'percentage', bps: 500 } },
          { from: 20_000, to: null, rate: { kind: 'percentage', bps: 1_200 } },
        ],
      },
    },
  ],
};

interface Round {
  ms: number;
  readMs: number;
}

/**
 * A rule with tiers tried out on a month of conversions, as `POST /rules/dry-run` does it, in the bench's
 * own process; beside one statement that reads the same conversions and nothing else.
 */
export async function dryRunSuite(bench: Bench): Promise<Findings> {
  const { ground, log, options, signal } = bench;
  const database = 'dry_run';
  const databaseUrl = await ground.copyDatabase(database);
  const db = openDatabase(databaseUrl);
  const rounds: Round[] = [];
  try {
    await seedMonth(databaseUrl);
    log(`seeded ${CONVERSIONS} conversions of ${AFFILIATES} affiliates`);
    for (let round = 0; round < options.rounds; round += 1) {
      signal.throwIfAborted();
      const measured = await measureRound(db);
      log(`dry run ${seconds(measured.ms)}; reading alone ${seconds(measured.readMs)}`);
      rounds.push(measured);
    }
  } finally {
    await db.close();
    await ground.dropDatabase(database);
  }
  return { figures: figuresOf(rounds), details: { suite: SUITE, rounds } };
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

async function measureRound(db: Db): Promise<Round> {
  const programme = await findProgramme(db, DEFAULT_PROGRAMME_ID);
  if (!programme) throw new Error('the first programme is gone');
  const target = { programmeId: programme.id, groupName: null, payeeId: null };
  const terms = readTerms(PROPOSED);
  const tried: DryRun = { programme, target, terms, laid: PERIOD, period: PERIOD };
  const startedMs = performance.now();
  const { differences } = await dryRun(db, tried, PERIOD.to);
  const ms = performance.now() - startedMs;
  const [sum] = differences.sums();
  await expectRight(db, {
    affiliates: differences.affiliates,
    conversions: differences.conversions,
    now_minor: sum?.now.netMinor ?? 0n,
    proposed_minor: sum?.proposed.netMinor ?? 0n,
  });
  return { ms, readMs: await readAlone(db) };
}

const readRow = z.object({ id: z.string(), payee_id: z.string(), amount_minor: amountColumn });

async function readAlone(db: Db): Promise<number> {
  const startedMs = performance.now();
  const rows = await db.run(
    readRow,
    'select id, payee_id, amount_minor from conversions order by payee_id, occurred_at, external_id',
    [],
    { deadlineMs: 60_000 },
  );
  if (rows.length !== CONVERSIONS) throw new Error(`${rows.length} conversions were read`);
  return performance.now() - startedMs;
}

const expectedRow = z.object({
  affiliates: countColumn,
  conversions: countColumn,
  now_minor: amountColumn,
  proposed_minor: amountColumn,
});

/** A wrong run is no figure: the sums are those of a plain recomputation of the rates. */
async function expectRight(db: Db, found: z.infer<typeof expectedRow>): Promise<void> {
  const rows = await db.run(
    expectedRow,
    `select count(distinct payee_id) as affiliates, count(*) as conversions,
       sum(round(amount_minor * 0.1))::bigint as now_minor,
       sum(round((greatest(least(before + amount_minor, 20000) - before, 0) * 500
         + greatest(before + amount_minor - greatest(before, 20000), 0) * 1200) / 10000))::bigint as proposed_minor
     from (
       select payee_id, amount_minor, coalesce(sum(amount_minor) over (
         partition by payee_id order by occurred_at, external_id rows between unbounded preceding and 1 preceding), 0) as before
       from conversions
     ) c`,
    [],
    { deadlineMs: 60_000 },
  );
  const expected = onlyRow(rows);
  for (const name of ['affiliates', 'conversions', 'now_minor', 'proposed_minor'] as const) {
    if (found[name] !== expected[name])
      throw new Error(`a wrong dry run: ${name} is ${found[name]}, not ${expected[name]}`);
  }
}

/** Affiliates and their conversions, ten each, spread over the month, and the rule in force. */
async function seedMonth(databaseUrl: string): Promise<void> {
  const programme = `'${DEFAULT_PROGRAMME_ID}'`;
  const rule = idSql('rule', '1');
  const at = `timestamptz '2026-03-01T00:00:00Z' + i * interval '2678400 s' / ${CONVERSIONS}`;
  const connection = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await connection.unsafe('set synchronous_commit = off');
    for (const statement of [
      `insert into payees (id, external_id, full_name, email, country, currency)
       select ${idSql('payee', 'i')}, 'affiliate-' || i, 'Affiliate ' || i, 'a' || i || '@example.test', 'US', 'USD'
       from generate_series(0, ${AFFILIATES - 1}) as i`,
      `insert into payout_rules (id, programme_id, created_by) values (${rule}, ${programme}, 'bench')`,
      `insert into payout_rule_versions (rule_id, version, effective_from, terms, created_by)
       values (${rule}, 1, '2020-01-01T00:00:00Z', '${JSON.stringify(IN_FORCE)}', 'bench')`,
      `insert into conversions (id, programme_id, external_id, affiliate_external_id, payee_id, amount_minor, currency,
         occurred_at, status, customer)
       select ${idSql('conversion', 'i')}, ${programme}, 'order-' || i, 'affiliate-' || i % ${AFFILIATES},
         ${idSql('payee', `i % ${AFFILIATES}`)}, 1000 + i % 9973, 'USD', date_trunc('milliseconds', ${at}), 'APPROVED',
         'customer-' || i
       from generate_series(0, ${CONVERSIONS - 1}) as i`,
      'vacuum analyze',
    ]) {
      await connection.unsafe(statement);
    }
  } finally {
    await connection.end({ timeout: 5 });
  }
}

const figuresOf = (rounds: readonly Round[]): Figure[] => [
  {
    suite: SUITE,
    name: `a month of ${CONVERSIONS.toLocaleString('en-US')} conversions`,
    unit: 's',
    measured: rounds.map(({ ms }) => ms / 1_000),
    reference: { what: 'reading alone', values: rounds.map(({ readMs }) => readMs / 1_000) },
    goal: { of: 'measured', atMost: SECONDS_MAX },
  },
];
