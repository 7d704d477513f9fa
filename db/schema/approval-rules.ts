import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { batches } from './batches.ts';
import { createdAt, instant } from './columns.ts';
import type { ApprovalConditions, ApprovalStep } from '../../domain/approval/rule.ts';

/** Which batches need whose approval. A rule that is changed holds for batches made afterwards. */
export const approvalRules = pgTable(
  'approval_rules',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    enabled: boolean('enabled').notNull().default(true),
    conditions: jsonb('conditions').$type<ApprovalConditions>().notNull(),
    steps: jsonb('steps').$type<readonly ApprovalStep[]>().notNull(),
    /** Whether the steps are approved one after the other. */
    ordered: boolean('ordered').notNull().default(false),
    expiresAfterMinutes: integer('expires_after_minutes'),
    escalateAfterMinutes: integer('escalate_after_minutes'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    updatedBy: text('updated_by').notNull(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    check('approval_rules_expires', sql`${table.expiresAfterMinutes} between 1 and 525600`),
    check('approval_rules_escalates', sql`${table.escalateAfterMinutes} between 1 and 525600`),
  ],
);

/**
 * What one batch needs before it may run, as it was found when the batch was made, changed or judged
 * anew. Requirements are only added or replaced while the batch is PENDING.
 */
export const approvalRequirements = pgTable(
  'approval_requirements',
  {
    batchId: text('batch_id')
      .notNull()
      .references(() => batches.id),
    ordinal: integer('ordinal').notNull(),
    /** The rule it comes from; none for what the policy itself asks for. */
    ruleId: text('rule_id'),
    name: text('name').notNull(),
    /** Why it holds for this batch, in words. */
    reason: text('reason').notNull(),
    steps: jsonb('steps').$type<readonly ApprovalStep[]>().notNull(),
    ordered: boolean('ordered').notNull().default(false),
    /** Whose word does not count for it, beside creator and editor. */
    excluded: text('excluded')
      .array()
      .notNull()
      .default(sql`'{}'`),
    createdAt: createdAt(),
    expiresAt: instant('expires_at'),
    escalatesAt: instant('escalates_at'),
    escalatedAt: instant('escalated_at'),
  },
  (table) => [
    primaryKey({ columns: [table.batchId, table.ordinal] }),
    index('approval_requirements_expires')
      .on(table.expiresAt)
      .where(sql`${table.expiresAt} is not null`),
  ],
);
