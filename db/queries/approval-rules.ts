import { asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { ApprovalConditions, ApprovalStep } from '../../domain/approval/rule.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { approvalRules } from '../schema/approval-rules.ts';
import type { Actor } from './actor.ts';

export type ApprovalRuleRow = typeof approvalRules.$inferSelect;

/** What a rule says. */
export interface ApprovalRuleContent {
  name: string;
  enabled: boolean;
  conditions: ApprovalConditions;
  steps: readonly ApprovalStep[];
  ordered: boolean;
  expiresAfterMinutes: number | null;
  escalateAfterMinutes: number | null;
}

/** What of a rule is changed; what is not given stays. */
export type ApprovalRuleChange = {
  [Field in keyof ApprovalRuleContent]?: ApprovalRuleContent[Field] | undefined;
};

/** All approval rules, the oldest first. */
export const listApprovalRules = (db: Db): Promise<ApprovalRuleRow[]> =>
  db.orm.select().from(approvalRules).orderBy(asc(approvalRules.id));

/** Throws `not_found`. */
export async function findApprovalRule(db: Db, id: string): Promise<ApprovalRuleRow> {
  const [row] = await db.orm.select().from(approvalRules).where(eq(approvalRules.id, id));
  if (!row) throw new DomainError('not_found', 'There is no such approval rule; check the id.');
  return row;
}

const idRow = z.object({ id: z.string() });

const told = (row: string): string =>
  `jsonb_build_object('name', ${row}.name, 'enabled', ${row}.enabled, 'conditions', ${row}.conditions, 'steps', ${row}.steps,
    'ordered', ${row}.ordered, 'expiresAfterMinutes', ${row}.expires_after_minutes,
    'escalateAfterMinutes', ${row}.escalate_after_minutes)`;

const trail = (action: string, status: string, details: string, source: string): string => `
  trail as (
    insert into audit_logs (action, status, actor, ip_address, user_agent, details)
    select 'approval_rule.${action}', '${status}', $2, $3, $4, jsonb_build_object('ruleId', id) || ${details}
    from ${source}
  )`;

const valuesOf = (id: string, actor: Actor, content: ApprovalRuleChange = {}) => [
  id,
  actor.id,
  actor.ipAddress,
  actor.userAgent,
  content.name ?? null,
  content.enabled ?? null,
  content.conditions === undefined ? null : JSON.stringify(content.conditions),
  content.steps === undefined ? null : JSON.stringify(content.steps),
  content.ordered ?? null,
  content.expiresAfterMinutes ?? null,
  content.escalateAfterMinutes ?? null,
];

/** Makes a rule; it holds for batches that are made, changed or judged afterwards. Safe to repeat. */
export async function createApprovalRule(
  db: Db,
  { id, content, actor }: { id: string; content: ApprovalRuleContent; actor: Actor },
): Promise<void> {
  await db.run(
    idRow,
    `with made as (
       insert into approval_rules as r (id, name, enabled, conditions, steps, ordered, expires_after_minutes,
         escalate_after_minutes, created_by, updated_by)
       values ($1, $5, $6, $7::text::jsonb, $8::text::jsonb, $9, $10, $11, $2, $2)
       on conflict (id) do nothing
       returning r.id, ${told('r')} as after
     ),${trail('created', 'SUCCESS', "jsonb_build_object('after', after)", 'made')}
     select id from made`,
    valuesOf(id, actor, content),
  );
}

/** Changes what is given of a rule. Throws `not_found`. */
export async function changeApprovalRule(
  db: Db,
  { id, change, actor }: { id: string; change: ApprovalRuleChange; actor: Actor },
): Promise<void> {
  const rows = await db.run(
    idRow,
    `with changed as (
       update approval_rules r set name = coalesce($5, r.name), enabled = coalesce($6::boolean, r.enabled),
         conditions = coalesce($7::text::jsonb, r.conditions), steps = coalesce($8::text::jsonb, r.steps),
         ordered = coalesce($9::boolean, r.ordered),
         expires_after_minutes = case when $12::boolean then $10::int else r.expires_after_minutes end,
         escalate_after_minutes = case when $13::boolean then $11::int else r.escalate_after_minutes end,
         updated_by = $2, updated_at = now()
       from approval_rules o where o.id = r.id and r.id = $1
       returning r.id, ${told('o')} as before, ${told('r')} as after
     ),${trail('changed', 'WARNING', "jsonb_build_object('before', before, 'after', after)", 'changed')}
     select id from changed`,
    [
      ...valuesOf(id, actor, change),
      change.expiresAfterMinutes !== undefined,
      change.escalateAfterMinutes !== undefined,
    ],
  );
  if (rows.length === 0) await findApprovalRule(db, id);
}

/** Deletes a rule; what it asked of batches that are there stays asked. Throws `not_found`. */
export async function deleteApprovalRule(db: Db, id: string, actor: Actor): Promise<void> {
  const rows = await db.run(
    idRow,
    `with gone as (
       delete from approval_rules r where r.id = $1 returning r.id, ${told('r')} as before
     ),${trail('deleted', 'WARNING', "jsonb_build_object('before', before)", 'gone')}
     select id from gone`,
    valuesOf(id, actor).slice(0, 4),
  );
  if (rows.length === 0) await findApprovalRule(db, id);
}
