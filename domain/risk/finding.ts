import type { RiskLevel, RiskRule } from './rule.ts';

/**
 * What is done about a finding at once. `logged`: nothing else. `flagged`: a batch asks for a second
 * approver. `held`: the payment, the earnings or whatever else the actor does with money waits.
 * `paused`: the batch is. `frozen`: the session or key works no more.
 */
export const RISK_ACTIONS = ['logged', 'flagged', 'held', 'paused', 'frozen'] as const;
export type RiskAction = (typeof RISK_ACTIONS)[number];

/** Something suspicious that a rule found. Ids are of what it is about, where it is about one. */
export interface RiskFinding {
  rule: RiskRule;
  level: RiskLevel;
  action: RiskAction;
  /** What it is about, unique among the open events of its rule: a payment, an actor, a pair. */
  subject: string;
  /** Who did what made the rule speak; none where nobody did. */
  actor?: string | undefined;
  payeeId?: string | undefined;
  accountId?: string | undefined;
  paymentId?: string | undefined;
  batchId?: string | undefined;
  /** Why, as a sentence with its figures; never account details. */
  explanation: string;
  /** The figures and ids by themselves; amounts as text in minor units. */
  evidence: Record<string, unknown>;
}

const USUAL_ACTION: Record<RiskLevel, RiskAction> = {
  low: 'logged',
  medium: 'flagged',
  high: 'held',
  critical: 'frozen',
};

/** What is done about a level, where its rule says nothing else. */
export const actionOf = (level: RiskLevel): RiskAction => USUAL_ACTION[level];
