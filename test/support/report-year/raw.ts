import { z } from 'zod';
import type { Db } from '../../../db/client.ts';
import { amountColumn, countColumn } from '../../../db/rows.ts';

const atMs = z.number();
const atMsOrNull = z.number().nullable();
const ms = (column: string): string => `extract(epoch from ${column})::float8 * 1000`;

const payment = z.object({
  id: z.string(),
  payee: z.string(),
  provider: z.string(),
  channel: z.string().nullable(),
  currency: z.string(),
  programme: z.string(),
  status: z.string(),
  amount: amountColumn,
  made: atMs,
  submitted: atMsOrNull,
  completed: atMsOrNull,
  held: atMsOrNull,
  updated: atMs,
  code: z.string().nullable(),
});
export type RawPayment = z.infer<typeof payment>;

const line = z.object({
  entry: z.string(),
  account: z.string(),
  side: z.enum(['debit', 'credit']),
  amount: amountColumn,
  currency: z.string(),
  payee: z.string().nullable(),
  payment: z.string().nullable(),
  batch: z.string().nullable(),
  at: atMs,
});
export type RawLine = z.infer<typeof line>;

const commission = z.object({
  payee: z.string(),
  currency: z.string(),
  programme: z.string(),
  amount: amountColumn,
  status: z.string(),
  kind: z.string(),
  earned: atMs,
});

const payable = z.object({
  payee: z.string(),
  currency: z.string(),
  programme: z.string(),
  amount: amountColumn,
  claimed: z.boolean(),
  paid: z.boolean(),
  held: z.boolean(),
  oldest: atMs,
});

const conversion = z.object({
  payee: z.string().nullable(),
  currency: z.string(),
  programme: z.string(),
  amount: amountColumn,
  reversed: amountColumn,
  status: z.string(),
  test: z.boolean(),
  at: atMs,
});

const attempt = z.object({
  payment: z.string(),
  generation: countColumn,
  status: z.string(),
  code: z.string().nullable(),
  closed: atMsOrNull,
});
export type RawAttempt = z.infer<typeof attempt>;

const payee = z.object({
  id: z.string(),
  externalId: z.string(),
  name: z.string(),
  currency: z.string(),
});

const comparison = z.object({
  comparison: z.string(),
  currency: z.string(),
  count: z.number(),
  ours: z.coerce.bigint(),
  theirs: z.coerce.bigint(),
});
const run = z.object({
  id: z.string(),
  provider: z.string(),
  day: z.string(),
  status: z.string(),
  report: z.object({ comparisons: z.array(comparison) }).nullable(),
  at: atMs,
});
const runCase = z.object({
  run: z.string(),
  status: z.string(),
  details: z.record(z.string(), z.string()),
});

/** All rows of the year as they stand, one by one; nothing of them is added up by the database. */
export async function readRaw(db: Db) {
  const patient = { deadlineMs: 60_000 };
  const read = <Row>(row: z.ZodType<Row>, text: string) => db.run(row, text, [], patient);
  return {
    payees: await read(
      payee,
      'select id, external_id as "externalId", full_name as name, currency from payees',
    ),
    payments: await read(
      payment,
      `select p.id, p.payee_id as payee, p.provider, a.channel_code as channel, p.currency, coalesce(b.programme_id, '') as programme,
         p.status, p.amount_minor as amount, ${ms('p.created_at')} as made, ${ms('p.submitted_at')} as submitted,
         ${ms('p.completed_at')} as completed, ${ms('p.held_at')} as held, ${ms('p.updated_at')} as updated,
         p.failure_code as code
       from payments p join batches b on b.id = p.batch_id left join accounts a on a.id = p.account_id`,
    ),
    lines: await read(
      line,
      `select entry_id as entry, account, side, amount_minor as amount, currency, payee_id as payee, payment_id as payment, batch_id as batch,
         ${ms('created_at')} as at from ledger_entries`,
    ),
    commissions: await read(
      commission,
      `select payee_id as payee, currency, coalesce(programme_id, '') as programme, amount_minor as amount, status, kind,
         ${ms('earned_at')} as earned from commissions`,
    ),
    payables: await read(
      payable,
      `select payee_id as payee, currency, coalesce(programme_id, '') as programme, amount_minor as amount, payment_id is not null as claimed, paid_at is not null as paid,
         held, ${ms('oldest_earned_at')} as oldest from payables`,
    ),
    conversions: await read(
      conversion,
      `select v.payee_id as payee, v.currency, v.programme_id as programme, v.amount_minor as amount, v.status, v.test,
         (select coalesce(sum(r.amount_minor), 0)::bigint from conversion_reversals r where r.conversion_id = v.id) as reversed,
         ${ms('v.occurred_at')} as at from conversions v`,
    ),
    batches: await read(
      z.object({ id: z.string(), source: z.string() }),
      'select id, source from batches',
    ),
    runs: await read(
      run,
      `select id, provider, day::text as day, status, report, ${ms('coalesce(finished_at, created_at)')} as at from reconciliations`,
    ),
    cases: await read(
      runCase,
      'select reconciliation_id as run, status, details from cases where reconciliation_id is not null',
    ),
    attempts: await read(
      attempt,
      `select payment_id as payment, generation, status, provider_code as code, ${ms('closed_at')} as closed from attempts`,
    ),
  };
}

export type Raw = Awaited<ReturnType<typeof readRaw>>;
