import { z } from 'zod';

const text = z.string();
const orNull = text.nullable();
const step = z.looseObject({ role: text, count: z.int() });

/** What a batch's own answer says of its approvals; earlier servers say nothing. */
export const approvalsInBatch = z
  .looseObject({ required: z.int(), missing: z.int(), lacking: z.array(step) })
  .optional();

export const batchApprovals = z.looseObject({
  approvals: z.looseObject({
    contentHash: text,
    missing: z.array(step),
    requirements: z.array(
      z.looseObject({ name: text, reason: text, missing: z.array(step), expiresAt: orNull }),
    ),
    words: z.array(
      z.looseObject({
        actor: text,
        name: orNull,
        decision: text,
        countsAs: orNull,
        comment: orNull,
        createdAt: text,
      }),
    ),
    undoSecondsLeft: z.int().nullable(),
  }),
});
export type BatchApprovalsAnswer = z.infer<typeof batchApprovals>['approvals'];

const rule = z.looseObject({
  id: text,
  name: text,
  enabled: z.boolean(),
  conditions: z.record(text, z.unknown()),
  steps: z.array(step),
  ordered: z.boolean(),
});
export type ApprovalRule = z.infer<typeof rule>;
export const approvalRuleList = z.looseObject({ approvalRules: z.array(rule) });
export const oneApprovalRule = z.looseObject({ approvalRule: rule });
export const gone = z.looseObject({ success: z.literal(true) });

const policy = z.looseObject({
  baseCurrency: text,
  highValueAmount: z.int(),
  secondApproverFactor: z.int(),
  undoWindowSeconds: z.int(),
  accountCooldownHours: z.int(),
  inForce: z
    .looseObject({
      baseCurrency: text,
      highValueAmount: z.int(),
      secondApproverFactor: z.int(),
      undoWindowSeconds: z.int(),
      accountCooldownHours: z.int(),
      fullyFrom: orNull,
    })
    .optional(),
  version: z.int(),
  updatedBy: text,
  updatedAt: text,
});
export type Policy = z.infer<typeof policy>;
export const policyAnswer = z.looseObject({ policy });

export const ratesAnswer = z.looseObject({
  rates: z.array(z.looseObject({ currency: text, baseCurrency: text, day: text, rate: text })),
});
