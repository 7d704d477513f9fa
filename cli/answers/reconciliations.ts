import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();
const amountOrNull = z.int().nullable();

const reconciliationSchema = z.looseObject({
  id: text,
  provider: text,
  day: text,
  status: text,
  requestedBy: text,
  matched: z.int(),
  missingThere: z.int(),
  missingHere: z.int(),
  amountDiffers: z.int(),
  statusDiffers: z.int(),
  failure: orNull,
  createdAt: text,
  finishedAt: orNull,
});
/** One reconciliation as lists have it. */
export type Reconciliation = z.infer<typeof reconciliationSchema>;

const reportSchema = z.looseObject({
  listed: z.boolean(),
  comparisons: z.array(
    z.looseObject({
      comparison: text,
      currency: text,
      count: z.int(),
      ours: z.int(),
      theirs: z.int(),
    }),
  ),
  healed: z.looseObject({ count: z.int(), steps: z.record(text, z.int()) }),
  cases: z.looseObject({ opened: z.int(), left: z.record(text, z.int()) }),
  balances: z.array(
    z.looseObject({
      currency: text,
      balance: amountOrNull,
      expectedLow: amountOrNull,
      expectedHigh: amountOrNull,
      difference: amountOrNull,
    }),
  ),
  notes: z.array(text),
});
/** What a reconciliation that is done has found. */
export type Report = z.infer<typeof reportSchema>;

export const begunReconciliation = z.looseObject({
  reconciliation: z.looseObject({ id: text, provider: text, day: text }),
  workflowId: text,
});

export const oneReconciliation = z.looseObject({
  reconciliation: reconciliationSchema,
  report: reportSchema.nullable(),
  cases: z.array(
    z.looseObject({
      id: text,
      kind: text,
      severity: text,
      status: text,
      subject: text,
      summary: text,
    }),
  ),
  workflowId: text,
});
export type ReconciliationDetails = z.infer<typeof oneReconciliation>;

export const reconciliationPage = z.looseObject({
  reconciliations: z.array(reconciliationSchema),
  nextCursor: orNull,
});
