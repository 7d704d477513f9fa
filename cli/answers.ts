import { z } from 'zod';
import { approvalsInBatch } from './answers/approvals.ts';

/**
 * The fields of the API's answers that the CLI reads. Objects are loose, so `--json` shows every
 * field that the API sends, and new ones break nothing.
 */
const text = z.string();
const orNull = z.string().nullable();
const perState = z.partialRecord(text, z.int());

export const batchSchema = z.looseObject({
  id: text,
  batchNumber: z.int(),
  status: text,
  pausedReason: orNull,
  provider: text,
  currency: text,
  totalAmount: z.int(),
  paymentCount: z.int(),
  chunkCount: z.int(),
  counts: perState,
  amounts: perState,
  note: orNull,
  createdBy: text,
  createdAt: text,
  queuedAt: orNull,
  executedAt: orNull,
  completedAt: orNull,
  failedAt: orNull,
  cancelReason: orNull,
  workflowId: text,
  contentHash: text,
  approvals: approvalsInBatch,
});
export type Batch = z.infer<typeof batchSchema>;

export const paymentSchema = z.looseObject({
  id: text,
  batchId: text,
  affiliateId: text,
  status: text,
  amount: z.int(),
  currency: text,
  provider: text,
  accountRef: orNull,
  reference: text,
  attempts: z.int(),
  failureCode: orNull,
  failureReason: orNull,
  holdReason: orNull,
  createdAt: text,
  submittedAt: orNull,
  completedAt: orNull,
});
export type Payment = z.infer<typeof paymentSchema>;

const resultSchema = z.looseObject({
  success: z.boolean(),
  successCount: z.int(),
  failedCount: z.int(),
  heldCount: z.int(),
  errors: z.array(z.looseObject({ code: text, count: z.int() })),
});

export const oneBatch = z.looseObject({
  batch: batchSchema.extend({ payments: z.array(paymentSchema), result: resultSchema }),
});
export type BatchDetails = z.infer<typeof oneBatch>['batch'];

export const batchPage = z.looseObject({ batches: z.array(batchSchema), nextCursor: orNull });
export const paymentPage = z.looseObject({ payments: z.array(paymentSchema), nextCursor: orNull });

const skip = z.looseObject({ affiliateId: text, code: text, reason: text });
export const createdBatch = z.looseObject({ batch: batchSchema, excluded: z.array(skip) });

export const previewAnswer = z.looseObject({
  preview: z.array(
    z.looseObject({
      affiliateId: text,
      commissionCount: z.int(),
      totalAmount: z.int(),
      eligible: z.boolean(),
      code: orNull,
      reason: orNull,
    }),
  ),
  summary: z.looseObject({
    totalAffiliates: z.int(),
    eligibleAffiliates: z.int(),
    totalAmount: z.int(),
    currency: text,
    chunks: z.int(),
    estimatedFees: z.int(),
    providerBalance: z.int().optional(),
  }),
  previewHash: text,
});
export type Preview = z.infer<typeof previewAnswer>;

export const asked = z.looseObject({ result: z.looseObject({ batchId: text, workflowId: text }) });
export const executed = z.looseObject({
  result: z.looseObject({ batchId: text, status: text, workflowId: text }),
});
export const retried = z.looseObject({
  result: z.looseObject({ batchId: text, workflowId: text, payments: z.int() }),
});
export const quickPayment = z.looseObject({ batch: batchSchema, payment: paymentSchema });
export const anything = z.looseObject({});

export const auditPage = z.looseObject({
  auditLogs: z.array(
    z.looseObject({
      action: text,
      status: text,
      actor: text,
      batchId: orNull,
      paymentId: orNull,
      fromState: orNull.optional(),
      toState: orNull.optional(),
      details: z.record(text, z.unknown()).nullable(),
      createdAt: text,
    }),
  ),
  nextCursor: orNull,
});
export type AuditLog = z.infer<typeof auditPage>['auditLogs'][number];

const apiKey = z.looseObject({
  id: text,
  name: text,
  prefix: text,
  role: text,
  scopes: z.array(text).nullable(),
  cidrs: z.array(text),
  createdAt: text,
  expiresAt: orNull,
  revokedAt: orNull,
  frozenAt: orNull,
  lastUsedAt: orNull,
});
export type ApiKey = z.infer<typeof apiKey>;
export const createdKey = z.looseObject({ apiKey: apiKey.extend({ key: text }) });
export const keyList = z.looseObject({ apiKeys: z.array(apiKey) });
export const oneKey = z.looseObject({ apiKey });

export const payablesPage = z.looseObject({
  affiliates: z.array(
    z.looseObject({
      id: text,
      fullName: text,
      currency: text,
      pendingAmount: z.int(),
      pendingCommissionCount: z.int(),
      readyForPayout: z.boolean(),
      reasons: z.array(z.looseObject({ code: text, message: text })),
    }),
  ),
  summary: z.looseObject({
    totalAffiliates: z.int(),
    totalPendingAmount: z.record(text, z.int()),
    readyForPayout: z.int(),
  }),
  nextCursor: orNull,
});
export type PayablesPage = z.infer<typeof payablesPage>;

export const affiliateDetails = z.looseObject({
  affiliate: z.looseObject({
    id: text,
    externalId: text,
    fullName: text,
    accounts: z.array(z.looseObject({ provider: text, accountRef: text, kycStatus: text })),
  }),
});
export type AffiliateDetails = z.infer<typeof affiliateDetails>['affiliate'];

const importLines = z.array(
  z.looseObject({ row: z.int(), column: orNull.optional(), code: text, message: text }),
);
export const importAnswer = z.looseObject({
  accepted: z.int(),
  rejected: z.int(),
  errors: importLines,
  skipped: z.int().optional(),
  notes: importLines.optional(),
  totals: z.record(text, z.int()).optional(),
});
export type ImportAnswer = z.infer<typeof importAnswer>;

export const paymentDetails = z.looseObject({
  payment: paymentSchema,
  attempts: z.array(z.looseObject({ generation: z.int(), status: text, createdAt: text })),
  commissions: z.array(anything),
  batch: z.looseObject({ id: text, batchNumber: z.int(), status: text, workflowId: text }),
  affiliate: z.looseObject({ id: text, fullName: text }).nullable(),
});
export type PaymentDetails = z.infer<typeof paymentDetails>;

export const whyAnswer = z.looseObject({
  paymentId: text,
  status: text,
  waitingOn: text,
  workflowId: text,
  workflowUrl: orNull,
  failure: z
    .looseObject({
      code: text,
      providerCode: text,
      retry: text,
      retryAt: orNull,
      payeeRemedy: text,
      operatorRemedy: text,
    })
    .nullable(),
  steps: z.array(
    z.looseObject({ at: text, what: text, by: text, details: z.record(text, z.unknown()) }),
  ),
});
export type Why = z.infer<typeof whyAnswer>;

export const changedPayment = z.looseObject({ payment: paymentSchema });
export const reversedPayment = changedPayment.extend({ returned: z.boolean() });
export const retriedPayment = z.looseObject({
  result: z.looseObject({ paymentId: text, batchId: text, workflowId: text }),
});
export const approvedBatch = z.looseObject({ batch: batchSchema });
export const pausedBatch = z.looseObject({
  result: z.looseObject({
    batchId: text,
    sent: z.int(),
    inDoubt: z.int(),
    untouched: z.int(),
  }),
});

export const healthAnswer = z.looseObject({
  status: text,
  components: z.record(text, z.boolean()),
  queueAgeSeconds: z.number(),
  stuckPayments: z.int(),
  providers: z.array(
    z.looseObject({
      name: text,
      reachable: z.boolean(),
      circuit: orNull,
      failures: z.int(),
      reason: orNull,
      since: orNull,
    }),
  ),
});
