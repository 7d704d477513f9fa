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
 * What is known of a batch, in one statement over its payments, amounts in that currency; null where
 * there is none. Facts that nobody asks about are false.
 */
export async function batchFacts(
  db: Runner,
  batchId: string,
  asked: FactsAsked,
  currency: string,
): Promise<BatchFacts | null> {
  const [row] = await db.run(factsRow, FACTS, [
    batchId,
    asked.newPayee,
    asked.changedAccount,
    currency,
  ]);
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

const RISK = `(
  select e.level from risk_events e where e.batch_id = $1 and e.status = 'OPEN'
  order by array_position(array['critical', 'high', 'medium', 'low'], e.level) limit 1)`;

/**
 * People, also by their keys, who published versions since the programme last completed a batch that was
 * made after those and approved by somebody else.
 */
const RULE_AUTHORS = `(
  select coalesce(json_agg(distinct a.author), '[]')
  from (
    select person_behind(v.created_by) as author, max(v.created_at) as newest
    from payout_rules r join payout_rule_versions v on v.rule_id = r.id
    where r.programme_id = coalesce(b.programme_id, '${DEFAULT_PROGRAMME_ID}')
    group by 1
  ) a
  where a.author like 'user:%' and not exists (
    select 1 from batches d join approvals w on w.batch_id = d.id and w.content_hash = d.content_hash
    where d.status = 'COMPLETED' and d.id <> b.id and d.created_at >= a.newest
      and coalesce(d.programme_id, '${DEFAULT_PROGRAMME_ID}') = coalesce(b.programme_id, '${DEFAULT_PROGRAMME_ID}')
      and w.decision = 'approved' and w.actor <> a.author))`;

const FACTS = `
  with paid as materialized (
    select payee_id from payments where batch_id = $1 and status <> 'CANCELLED' and ($2::boolean or $3::boolean)
  )
  select b.currency, b.provider, b.payment_count, b.created_by, b.source, b.required_approvals,
    w.total_minor, w.largest_minor, w.payee_day_minor,
    case when $2::boolean then exists (
      select 1 from paid p where not exists (
        select 1 from payments m where m.payee_id = p.payee_id and m.completed_at is not null))
      else false end as new_payee,
    case when $3::boolean then exists (
      select 1 from paid p join accounts a on a.payee_id = p.payee_id and a.provider = b.provider
      where ${coolingDown('a')}) else false end as changed_account,
    ${RISK} as risk, ${RULE_AUTHORS} as rule_authors
  from batches b cross join batch_worth($1, 'infinity', $4) w
  where b.id = $1`;
