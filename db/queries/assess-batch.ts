import { z } from 'zod';
import {
  requirementsOf,
  type ApprovalPolicy,
  type Measured,
  type Requirement,
  type RuleOfApproval,
} from '../../domain/approval/requirements.ts';
import type { Db } from '../client.ts';
import { inTransaction, type Tx } from '../transaction.ts';
import { storedConditions, storedSteps } from '../approval-terms.ts';
import { batchFacts } from './batch-facts.ts';

const DEADLINE_MS = 60_000;

/**
 * Works out what approvals a PENDING batch needs, from the rules, the policy, what is in it and open
 * risk events, and keeps that. Does nothing to a batch that is not PENDING. Safe to repeat.
 */
export async function assessBatch(db: Db, batchId: string): Promise<void> {
  await inTransaction(db, DEADLINE_MS, (tx) => assessIn(tx, batchId));
}

/** The same within a transaction: with the creation or the change that asks for it. */
export async function assessIn(tx: Tx, batchId: string): Promise<void> {
  const locked = await tx.run(
    z.unknown(),
    "select id from batches where id = $1 and status = 'PENDING' for update",
    [batchId],
  );
  if (locked.length === 0) return;
  const rules = await rulesInForce(tx);
  const asked = {
    newPayee: rules.some(({ conditions }) => conditions.newPayee !== undefined),
    changedAccount: rules.some(({ conditions }) => conditions.changedAccount !== undefined),
  };
  const measured: Measured[] = [];
  for (const policy of await policiesOf(tx)) {
    const facts = await batchFacts(tx, batchId, asked, policy.baseCurrency);
    if (facts) measured.push({ facts, policy });
  }
  const [now, before] = measured;
  if (!now) return;
  const needed = requirementsOf(now.facts, rules, now.policy, before);
  await tx.run(z.unknown(), KEEP, [batchId, JSON.stringify(needed.map(toStored))]);
}

const ruleRow = z.object({
  id: z.string(),
  name: z.string(),
  conditions: storedConditions,
  steps: storedSteps,
  ordered: z.boolean(),
  expires_after_minutes: z.number().nullable(),
  escalate_after_minutes: z.number().nullable(),
});

async function rulesInForce(tx: Tx): Promise<RuleOfApproval[]> {
  const rows = await tx.run(
    ruleRow,
    `select id, name, conditions, steps, ordered, expires_after_minutes, escalate_after_minutes
     from approval_rules where enabled order by id`,
  );
  return rows.map(({ expires_after_minutes, escalate_after_minutes, ...rule }) => ({
    ...rule,
    expiresAfterMinutes: expires_after_minutes,
    escalateAfterMinutes: escalate_after_minutes,
  }));
}

const policyRow = z.object({
  base_currency: z.string(),
  high_value_minor: z.bigint(),
  second_approver_factor: z.number(),
});

/**
 * As it is at this instant, since what is kept here decides over money: the policy, and the stricter one
 * before while that still holds.
 */
async function policiesOf(tx: Tx): Promise<ApprovalPolicy[]> {
  const rows = await tx.run(
    policyRow,
    'select base_currency, high_value_minor, second_approver_factor from high_value_measures()',
  );
  return rows.map((row) => ({
    baseCurrency: row.base_currency,
    highValueMinor: row.high_value_minor,
    secondApproverFactor: row.second_approver_factor,
  }));
}

const toStored = (requirement: Requirement, index: number) => ({
  ordinal: index + 1,
  rule_id: requirement.ruleId,
  name: requirement.name,
  reason: requirement.reason,
  steps: requirement.steps,
  ordered: requirement.ordered,
  excluded: requirement.excluded,
  expires_after: requirement.expiresAfterMinutes,
  escalate_after: requirement.escalateAfterMinutes,
});

/**
 * Times run from when the content was made or changed last, so that a repetition finds the same. What was
 * escalated stays so. A batch that is not cleared any more waits anew once it is.
 */
const KEEP = `
  with batch as (select id, coalesce(edited_at, created_at) as since from batches where id = $1),
  wanted as materialized (
    select i.ordinal, i.rule_id, i.name, i.reason, i.steps, i.ordered,
      array(select jsonb_array_elements_text(i.excluded)) as excluded,
      b.since + i.expires_after * interval '1 minute' as expires_at,
      b.since + i.escalate_after * interval '1 minute' as escalates_at
    from batch b cross join jsonb_to_recordset($2::text::jsonb) as i (ordinal int, rule_id text, name text, reason text,
      steps jsonb, ordered boolean, excluded jsonb, expires_after int, escalate_after int)
  ),
  kept as materialized (select * from approval_requirements where batch_id = $1),
  moved as materialized (
    select
      (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'reason', reason, 'steps', steps) order by ordinal), '[]') from kept) as before,
      (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'reason', reason, 'steps', steps) order by ordinal), '[]') from wanted) as after
    where exists (
      (select ordinal, rule_id, name, reason, steps, ordered, excluded, expires_at, escalates_at from kept
       union select ordinal, rule_id, name, reason, steps, ordered, excluded, expires_at, escalates_at from wanted)
      except
      (select ordinal, rule_id, name, reason, steps, ordered, excluded, expires_at, escalates_at from kept
       intersect select ordinal, rule_id, name, reason, steps, ordered, excluded, expires_at, escalates_at from wanted))
  ),
  gone as (
    delete from approval_requirements r using moved
    where r.batch_id = $1 and r.ordinal > (select count(*) from wanted)
  ),
  written as (
    insert into approval_requirements (batch_id, ordinal, rule_id, name, reason, steps, ordered, excluded, expires_at,
      escalates_at, escalated_at)
    select $1, w.ordinal, w.rule_id, w.name, w.reason, w.steps, w.ordered, w.excluded, w.expires_at, w.escalates_at,
      (select max(k.escalated_at) from kept k where k.rule_id = w.rule_id and k.escalates_at = w.escalates_at)
    from wanted w cross join moved
    on conflict (batch_id, ordinal) do update set rule_id = excluded.rule_id, name = excluded.name,
      reason = excluded.reason, steps = excluded.steps, ordered = excluded.ordered, excluded = excluded.excluded,
      expires_at = excluded.expires_at, escalates_at = excluded.escalates_at, escalated_at = excluded.escalated_at
  ),
  trail as (
    insert into audit_logs (action, status, batch_id, actor, details)
    select 'batch.requirements_changed', 'INFO', b.id, 'system',
      jsonb_build_object('before', m.before, 'after', m.after)
    from moved m cross join batch b
  )
  update batches b set assessed_at = now(),
    undo_until = case when exists (select 1 from moved) then null else b.undo_until end
  from batch where b.id = batch.id`;
