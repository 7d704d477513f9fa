import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

const caseSchema = z.looseObject({
  id: text,
  kind: text,
  severity: text,
  status: text,
  subject: text,
  summary: text,
  provider: orNull,
  batchId: orNull,
  paymentId: orNull,
  reconciliationId: orNull,
  details: z.record(text, z.unknown()),
  owner: orNull,
  note: orNull,
  resolution: orNull,
  resolvedBy: orNull,
  createdAt: text,
  updatedAt: text,
  resolvedAt: orNull,
});
/** What a person must look at, as the CLI reads it. */
export type Case = z.infer<typeof caseSchema>;

export const oneCase = z.looseObject({ case: caseSchema });
export const casePage = z.looseObject({ cases: z.array(caseSchema), nextCursor: orNull });
