import { actionOf, type RiskFinding } from './finding.ts';
import type { PaymentFacts } from './payment-facts.ts';
import type { RiskLevel, RiskRule } from './rule.ts';

/** A finding about one payment, with the action that is usual at its level. */
export const aboutPayment = (
  rule: RiskRule,
  level: RiskLevel,
  { paymentId, batchId, payeeId, accountId }: PaymentFacts,
  explanation: string,
  evidence: Record<string, unknown>,
): RiskFinding => ({
  rule,
  level,
  action: actionOf(level),
  subject: paymentId,
  paymentId,
  batchId,
  payeeId,
  ...(accountId !== null && { accountId }),
  explanation,
  evidence,
});
