import { z } from 'zod';
import { missingOf, missingOfAll, type Word } from '../../domain/approval/missing.ts';
import type { ApprovalStep } from '../../domain/approval/rule.ts';
import { ROLES, type Role } from '../../domain/permissions.ts';
import { storedSteps } from '../approval-terms.ts';
import type { Db } from '../client.ts';
import { instantColumn } from '../rows.ts';

/** What one requirement of a batch asks for, and what it still lacks. */
export interface StandingRequirement {
  ruleId: string | null;
  name: string;
  reason: string;
  steps: ApprovalStep[];
  ordered: boolean;
  excluded: string[];
  missing: ApprovalStep[];
  expiresAt: Date | null;
  escalatesAt: Date | null;
  escalatedAt: Date | null;
}

/** One person's word on what the batch holds now. */
export interface StandingWord {
  actor: string;
  name: string | null;
  decision: 'approved' | 'rejected';
  /** The role in which it was said, and the one in which it counts; none where it does not. */
  role: Role | null;
  countsAs: Role | null;
  comment: string | null;
  createdAt: Date;
}

/** Whose approval a batch needs, whose it has and whose it lacks. */
export interface BatchApprovals {
  required: ApprovalStep[];
  missing: ApprovalStep[];
  requirements: StandingRequirement[];
  words: StandingWord[];
}

/** The approvals of batches, by id; of one that needs and has none, empty lists. */
export async function readApprovals(
  db: Db,
  batchIds: readonly string[],
): Promise<Map<string, BatchApprovals>> {
  if (batchIds.length === 0) return new Map();
  const [requirements, words] = await Promise.all([
    db.run(requirementRow, REQUIREMENTS, [batchIds]),
    db.run(wordRow, WORDS, [batchIds]),
  ]);
  const ofBatch = <Row extends { batch_id: string }>(rows: readonly Row[], id: string) =>
    rows.filter((row) => row.batch_id === id);
  return new Map(
    batchIds.map((id) => [id, standing(ofBatch(requirements, id), ofBatch(words, id))]),
  );
}

/** The approvals of one batch. */
export async function approvalsOf(db: Db, batchId: string): Promise<BatchApprovals> {
  const found = (await readApprovals(db, [batchId])).get(batchId);
  return found ?? standing([], []);
}

/** The words that count for something, the oldest first. */
export const countedWords = (words: readonly StandingWord[]): Word[] =>
  words.flatMap(({ actor, decision, countsAs }) =>
    decision === 'approved' && countsAs !== null ? [{ actor, role: countsAs }] : [],
  );

function standing(
  requirements: readonly z.infer<typeof requirementRow>[],
  rows: readonly z.infer<typeof wordRow>[],
): BatchApprovals {
  const words = rows.map((row) => ({
    actor: row.actor,
    name: row.name,
    decision: row.decision,
    role: row.role,
    countsAs: row.counts_as,
    comment: row.comment,
    createdAt: row.created_at,
  }));
  const counted = countedWords(words);
  return {
    required: missingOfAll(requirements, []),
    missing: missingOfAll(requirements, counted),
    requirements: requirements.map((row) => ({
      ruleId: row.rule_id,
      name: row.name,
      reason: row.reason,
      steps: row.steps,
      ordered: row.ordered,
      excluded: row.excluded,
      missing: missingOf(row, counted),
      expiresAt: row.expires_at,
      escalatesAt: row.escalates_at,
      escalatedAt: row.escalated_at,
    })),
    words,
  };
}

const requirementRow = z.object({
  batch_id: z.string(),
  rule_id: z.string().nullable(),
  name: z.string(),
  reason: z.string(),
  steps: storedSteps,
  ordered: z.boolean(),
  excluded: z.array(z.string()),
  expires_at: instantColumn.nullable(),
  escalates_at: instantColumn.nullable(),
  escalated_at: instantColumn.nullable(),
});

const REQUIREMENTS = `
  select batch_id, rule_id, name, reason, steps, ordered, to_jsonb(excluded) as excluded, expires_at, escalates_at,
    escalated_at
  from approval_requirements where batch_id = any($1::text[]) order by batch_id, ordinal`;

const wordRow = z.object({
  batch_id: z.string(),
  actor: z.string(),
  name: z.string().nullable(),
  decision: z.enum(['approved', 'rejected']),
  role: z.enum(ROLES).nullable(),
  counts_as: z.enum(ROLES).nullable(),
  comment: z.string().nullable(),
  created_at: instantColumn,
});

const WORDS = `
  select v.batch_id, v.actor, u.name, v.decision, v.role, w.role as counts_as, v.comment, v.created_at
  from batches b
  join approvals v on v.batch_id = b.id and v.content_hash = b.content_hash
  left join users u on 'user:' || u.id = v.actor
  left join lateral counted_words(b.id) w on w.actor = v.actor
  where b.id = any($1::text[])
  order by v.batch_id, v.created_at, v.id`;
