import { z } from 'zod';
import type { BatchFacts } from '../../domain/approval/requirements.ts';
import { BATCH_SOURCES } from '../../domain/batch.ts';
import { RISK_LEVELS } from '../../domain/risk/rule.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { countColumn } from '../rows.ts';
import { coolingDown } from './account-cooldown.ts';
import type { Runner } from './runner.ts';

/** What the rules that are switched on ask about, beyond what is always looked at. */
export interface FactsAsked {
  newPayee: boolean;
  changedAccount: boolean;
}

const amount = z.bigint().nullable();

const factsRow = z.object({
  total_minor: amount,
  largest_minor: amount,
  payee_day_minor: amount,
  payment_count: countColumn,
  currency: z.string(),
  provider: z.string(),
  new_payee: z.boolean(),
  changed_account: z.boolean(),
  created_by: z.string(),
  source: z.enum(BATCH_SOURCES),
  risk: z.enum(RISK_LEVELS).nullable(),
  rule_authors: z.array(z.string()),
  required_approvals: z.number(),
});

/**
 * What is known of a batch, in one statement over its payments; null where there is none. Facts that
 * nobody asks about are false.
 */
export async function batchFacts(
  db: Runner,
  batchId: string,
  asked: FactsAsked,
): Promise<BatchFacts | null> {
  const [row] = await db.run(factsRow, FACTS, [batchId, asked.newPayee, asked.changedAccount]);
  if (!row) return null;
  return {
    totalMinor: row.total_minor,
    largestMinor: row.largest_minor,
    payeeDayMinor: row.payee_day_minor,
    paymentCount: row.payment_count,
    currency: row.currency,
    provider: row.provider,
    newPayee: row.new_payee,
    changedAccount: row.changed_account,
    createdBy: row.created_by,
    source: row.source,
    risk: row.risk,
    ruleAuthors: row.rule_authors,
    approvals: row.required_approvals,
  };
}

/** What one minor unit of each currency is worth in minor units of the base currency; null without a rate. */
const FACTORS = `
  factors as materialized (
    select c.code, power(10::numeric, b.digits - c.digits) * case when c.code = b.code then 1 else (
      select r.rate from currency_rates r
      where r.base_currency = b.code and r.currency = c.code and r.day <= (now() at time zone 'utc')::date
      order by r.day desc limit 1) end as factor
    from security_policy y join currencies b on b.code = y.base_currency cross join currencies c
  )`;

/**
 * What payees of the batch have coming: payments of the last 24 hours that were not given up, came back
 * or were released from an escrow. Without upper bound: of two batches made at once, the later one
 * counts both, whichever began first.
 */
const PAYEE_DAY = `
  paid as materialized (
    select payee_id, amount_minor from payments where batch_id = $1 and status <> 'CANCELLED'
  ),
  day as (
    select sum(case when f.factor is null then null else p.amount_minor * f.factor end) as amount_minor,
      bool_or(f.factor is null) as unknown
    from (select distinct payee_id from paid) mine
    join payments p on p.payee_id = mine.payee_id
    join batches o on o.id = p.batch_id
    left join factors f on f.code = p.currency
    where p.created_at > (select created_at from batches where id = $1) - interval '24 hours'
      and p.status not in ('CANCELLED', 'FAILED', 'RETURNED') and o.source <> 'escrow'
    group by p.payee_id
  )`;

const RISK = `(
  select e.level from risk_events e where e.batch_id = $1 and e.status = 'OPEN'
  order by array_position(array['critical', 'high', 'medium', 'low'], e.level) limit 1)`;

/** Versions published since the programme last paid a batch that it had made after the one before. */
const RULE_AUTHORS = `(
  select coalesce(json_agg(distinct v.created_by), '[]')
  from payout_rules r join payout_rule_versions v on v.rule_id = r.id
  where r.programme_id = coalesce(b.programme_id, '${DEFAULT_PROGRAMME_ID}') and v.created_by like 'user:%'
    and v.created_at > coalesce((
      select max(d.created_at) from batches d
      where d.status = 'COMPLETED' and d.id <> b.id
        and coalesce(d.programme_id, '${DEFAULT_PROGRAMME_ID}') = coalesce(b.programme_id, '${DEFAULT_PROGRAMME_ID}')
    ), '-infinity'))`;

const FACTS = `
  with ${FACTORS},${PAYEE_DAY}
  select b.currency, b.provider, b.payment_count, b.created_by, b.source, b.required_approvals,
    ceil(b.total_minor * f.factor)::bigint as total_minor,
    ceil((select max(amount_minor) from paid) * f.factor)::bigint as largest_minor,
    case when b.source = 'escrow' then 0 else (
      select case when bool_or(unknown) then null else coalesce(ceil(max(amount_minor)), 0) end from day)::bigint
    end as payee_day_minor,
    case when $2::boolean then exists (
      select 1 from paid p where not exists (
        select 1 from payments m where m.payee_id = p.payee_id and m.completed_at is not null))
      else false end as new_payee,
    case when $3::boolean then exists (
      select 1 from paid p join accounts a on a.payee_id = p.payee_id and a.provider = b.provider
      where ${coolingDown('a')}) else false end as changed_account,
    ${RISK} as risk, ${RULE_AUTHORS} as rule_authors
  from batches b left join factors f on f.code = b.currency
  where b.id = $1`;
