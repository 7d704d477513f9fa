import { actionOf, type RiskFinding } from './finding.ts';
import type { ActorFacts } from './actor-facts.ts';
import type { RiskLevel, RiskRule } from './rule.ts';

/** A finding about an actor, with the action that is usual at its level. */
export const aboutActor = (
  rule: RiskRule,
  level: RiskLevel,
  { actor, batchId }: ActorFacts,
  subject: string,
  explanation: string,
  evidence: Record<string, unknown>,
): RiskFinding => ({
  rule,
  level,
  action: actionOf(level),
  subject,
  actor,
  ...(batchId !== null && { batchId }),
  explanation,
  evidence,
});
