import { z } from 'zod';

const text = z.string();
const orNull = z.string().nullable();

const riskEventSchema = z.looseObject({
  id: text,
  rule: text,
  level: text,
  action: text,
  status: text,
  subject: text,
  actor: orNull,
  payeeId: orNull,
  accountId: orNull,
  paymentId: orNull,
  batchId: orNull,
  explanation: text,
  evidence: z.record(text, z.unknown()),
  owner: orNull,
  resolution: orNull,
  resolutionReason: orNull,
  resolvedBy: orNull,
  createdAt: text,
  resolvedAt: orNull,
});
/** Something suspicious, as the CLI reads it. */
export type RiskEvent = z.infer<typeof riskEventSchema>;

export const oneRiskEvent = z.looseObject({ riskEvent: riskEventSchema });
export const riskEventPage = z.looseObject({
  riskEvents: z.array(riskEventSchema),
  nextCursor: orNull,
});
