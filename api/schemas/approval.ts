import { z } from '@hono/zod-openapi';
import type { ApprovalRuleRow } from '../../db/queries/approval-rules.ts';
import type { BatchApprovals } from '../../db/queries/batch-approvals.ts';
import { BATCH_SOURCES } from '../../domain/batch.ts';
import { ROLES, roleHolds } from '../../domain/permissions.ts';
import { RISK_LEVELS } from '../../domain/risk/rule.ts';
import {
  currencyCode,
  iso,
  isoOrNull,
  line,
  positiveAmount,
  providerName,
  timeOrNull,
  timeOut,
} from './common.ts';

const STEPS_MAX = 10;
const PEOPLE_MAX = 10;
const VALUES_MAX = 100;
const MINUTES_MAX = 525_600;

/** So many more people of a role or a higher one. */
export const stepOut = z.object({ role: z.enum(ROLES), count: z.int() });

const step = z.strictObject({
  role: z
    .enum(ROLES)
    .refine((role) => roleHolds(role, 'approve'), 'must be a role that holds "approve"'),
  count: z.int().min(1).max(PEOPLE_MAX),
});

const values = <Value extends z.ZodType>(value: Value) =>
  z.array(value).min(1).max(VALUES_MAX).optional();

const conditions = z
  .strictObject({
    totalAtLeastMinor: positiveAmount.optional(),
    paymentAtLeastMinor: positiveAmount.optional(),
    paymentsAtLeast: z.int().min(1).max(1_000_000).optional(),
    currencies: values(currencyCode),
    providers: values(providerName),
    newPayee: z.boolean().optional(),
    changedAccount: z.boolean().optional(),
    creators: values(
      line(300).regex(/^(user:|key:|token:|system$)/, 'must be user:<id>, key:<id> or system'),
    ),
    sources: values(z.enum(BATCH_SOURCES)),
    riskAtLeast: z.enum(RISK_LEVELS).optional(),
  })
  .meta({
    description: "When the rule holds: all of it. Amounts in minor units of the policy's currency.",
  });

const minutes = z.int().min(1).max(MINUTES_MAX);

/** An approval rule as callers write it. */
export const approvalRuleFields = {
  name: line(200),
  enabled: z.boolean(),
  conditions,
  steps: z.array(step).min(1).max(STEPS_MAX),
  ordered: z.boolean().meta({ description: 'Whether steps are approved one after the other.' }),
  expiresAfterMinutes: minutes.nullable(),
  escalateAfterMinutes: minutes.nullable(),
};

export const approvalRuleOut = z
  .object({
    id: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    conditions,
    steps: z.array(stepOut),
    ordered: z.boolean(),
    expiresAfterMinutes: z.int().nullable(),
    escalateAfterMinutes: z.int().nullable(),
    createdBy: z.string(),
    createdAt: timeOut,
    updatedBy: z.string(),
    updatedAt: timeOut,
  })
  .meta({ id: 'ApprovalRule' });

export const toApprovalRule = (row: ApprovalRuleRow): z.infer<typeof approvalRuleOut> => ({
  ...row,
  conditions: conditions.parse(row.conditions),
  steps: row.steps.map(({ role, count }) => ({ role, count })),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

/** All there is to know of the approvals of a batch. */
export const approvalDetailOut = z.object({
  contentHash: z.string(),
  required: z.array(stepOut),
  missing: z.array(stepOut),
  requirements: z.array(
    z.object({
      ruleId: z.string().nullable(),
      name: z.string(),
      reason: z.string(),
      steps: z.array(stepOut),
      ordered: z.boolean(),
      excluded: z.array(z.string()),
      missing: z.array(stepOut),
      expiresAt: timeOrNull,
      escalatesAt: timeOrNull,
      escalatedAt: timeOrNull,
    }),
  ),
  words: z.array(
    z.object({
      actor: z.string(),
      name: z.string().nullable(),
      decision: z.enum(['approved', 'rejected']),
      role: z.enum(ROLES).nullable(),
      countsAs: z.enum(ROLES).nullable(),
      comment: z.string().nullable(),
      createdAt: timeOut,
    }),
  ),
  undoUntil: timeOrNull,
  undoSecondsLeft: z.int().nullable(),
});

export const toApprovalDetail = ({ required, missing, requirements, words }: BatchApprovals) => ({
  required,
  missing,
  requirements: requirements.map((each) => ({
    ...each,
    expiresAt: isoOrNull(each.expiresAt),
    escalatesAt: isoOrNull(each.escalatesAt),
    escalatedAt: isoOrNull(each.escalatedAt),
  })),
  words: words.map((word) => ({ ...word, createdAt: iso(word.createdAt) })),
});
