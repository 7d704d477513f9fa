import type { BatchSource } from '../batch.ts';
import { formatMoney } from '../money.ts';
import { riskAtLeast, type RiskLevel } from '../risk/rule.ts';
import type { ApprovalConditions, ApprovalStep } from './rule.ts';

/** What is known of a batch where it is judged whose approval it needs. */
export interface BatchFacts {
  /** Sums and payments in minor units of the base currency, rounded up; null where a rate is missing. */
  totalMinor: bigint | null;
  largestMinor: bigint | null;
  /** What the payee of the batch who gets most has coming within 24 hours, this batch included. */
  payeeDayMinor: bigint | null;
  paymentCount: number;
  currency: string;
  provider: string;
  newPayee: boolean;
  changedAccount: boolean;
  createdBy: string;
  source: BatchSource;
  /** The worst open risk event; null where there is none. */
  risk: RiskLevel | null;
  /** People who published payout rules of its programme since that last paid a batch. */
  ruleAuthors: readonly string[];
  /** Approvals that every batch needs. */
  approvals: number;
}

/** A rule as far as it is judged by. */
export interface RuleOfApproval {
  id: string;
  name: string;
  conditions: ApprovalConditions;
  steps: readonly ApprovalStep[];
  ordered: boolean;
  expiresAfterMinutes: number | null;
  escalateAfterMinutes: number | null;
}

/** What of the policy says who must approve. Amounts are minor units of `baseCurrency`. */
export interface ApprovalPolicy {
  baseCurrency: string;
  highValueMinor: bigint;
  secondApproverFactor: number;
}

/** Approvals that a batch needs, and why. */
export interface Requirement {
  /** None for what the policy itself asks for. */
  ruleId: string | null;
  name: string;
  reason: string;
  steps: readonly ApprovalStep[];
  ordered: boolean;
  /** Whose word does not count for it, beside creator and editor. */
  excluded: readonly string[];
  expiresAfterMinutes: number | null;
  escalateAfterMinutes: number | null;
}

/** A batch as it looks by a policy, amounts in its base currency. */
export interface Measured {
  facts: BatchFacts;
  policy: ApprovalPolicy;
}

/** The requirement of payments of high value: who approves it proves anew who they are. */
export const HIGH_VALUE = 'High value';

/**
 * All that a batch needs, in a fixed order. Where nothing else asks for an approval, neither a rule
 * author nor an open risk event does: they only make more of an approval that is needed anyhow. While
 * the policy `before` a looser one still holds, the batch needs what either asks for.
 */
export function requirementsOf(
  facts: BatchFacts,
  rules: readonly RuleOfApproval[],
  policy: ApprovalPolicy,
  before?: Measured,
): Requirement[] {
  const measures = [{ facts, policy }, ...(before ? [before] : [])];
  const needed = [
    ...ofEveryBatch(facts),
    ...rules.flatMap((rule) => most(measures.map((each) => ofRule(rule, each.facts, each.policy)))),
    ...most(measures.map((each) => ofHighValue(each.facts, each.policy))),
  ];
  if (needed.length === 0) return [];
  return [...needed, ...ofNewRules(facts), ...ofRisk(facts)];
}

const peopleOf = (needed: readonly Requirement[]): number =>
  needed.flatMap(({ steps }) => steps).reduce((sum, { count }) => sum + count, 0);

/** Those that ask for most people; the first of equals. */
const most = (ways: readonly Requirement[][]): Requirement[] =>
  ways.reduce((best, way) => (peopleOf(way) > peopleOf(best) ? way : best), []);

/** True where all that the conditions name is true of the batch; an amount without a rate is too large. */
export function holds(conditions: ApprovalConditions, facts: BatchFacts): boolean {
  const { sources } = conditions;
  // An escrow release is the platform's own: only a rule that names it asks for its approval.
  if (facts.source === 'escrow' && !sources?.includes('escrow')) return false;
  return (
    reaches(facts.totalMinor, conditions.totalAtLeastMinor) &&
    reaches(facts.largestMinor, conditions.paymentAtLeastMinor) &&
    facts.paymentCount >= (conditions.paymentsAtLeast ?? 0) &&
    isAmong(facts.currency, conditions.currencies) &&
    isAmong(facts.provider, conditions.providers) &&
    (conditions.newPayee ?? facts.newPayee) === facts.newPayee &&
    (conditions.changedAccount ?? facts.changedAccount) === facts.changedAccount &&
    isAmong(facts.createdBy, conditions.creators) &&
    isAmong(facts.source, sources) &&
    (conditions.riskAtLeast === undefined ||
      (facts.risk !== null && riskAtLeast(facts.risk, conditions.riskAtLeast)))
  );
}

const reaches = (amountMinor: bigint | null, leastMinor: number | undefined): boolean =>
  leastMinor === undefined || amountMinor === null || amountMinor >= BigInt(leastMinor);

const isAmong = (value: string, values: readonly string[] | undefined): boolean =>
  values === undefined || values.includes(value);

const BY_POLICY = {
  ruleId: null,
  ordered: false,
  excluded: [],
  expiresAfterMinutes: null,
  escalateAfterMinutes: null,
} as const satisfies Partial<Requirement>;

function ofEveryBatch({ approvals }: BatchFacts): Requirement[] {
  if (approvals === 0) return [];
  const steps: ApprovalStep[] = [{ role: 'manager', count: approvals }];
  return [{ ...BY_POLICY, name: 'Every batch', reason: 'Batches like this one need it.', steps }];
}

function ofRule(rule: RuleOfApproval, facts: BatchFacts, policy: ApprovalPolicy): Requirement[] {
  if (!holds(rule.conditions, facts)) return [];
  const { id: ruleId, conditions, ...rest } = rule;
  return [{ ...rest, ruleId, reason: wordsOf(conditions, policy), excluded: [] }];
}

/** The conditions of a rule as a sentence. */
function wordsOf(conditions: ApprovalConditions, { baseCurrency }: ApprovalPolicy): string {
  const money = (minor: number) => formatMoney(BigInt(minor), baseCurrency);
  const { totalAtLeastMinor, paymentAtLeastMinor, paymentsAtLeast, riskAtLeast: risk } = conditions;
  const words = [
    totalAtLeastMinor !== undefined && `a total of ${money(totalAtLeastMinor)} or more`,
    paymentAtLeastMinor !== undefined && `a payment of ${money(paymentAtLeastMinor)} or more`,
    paymentsAtLeast !== undefined && `${paymentsAtLeast} payments or more`,
    conditions.currencies && `currency ${conditions.currencies.join(' or ')}`,
    conditions.providers && `provider ${conditions.providers.join(' or ')}`,
    conditions.newPayee !== undefined && (conditions.newPayee ? 'a new payee' : 'no new payee'),
    conditions.changedAccount !== undefined &&
      (conditions.changedAccount ? 'a changed account' : 'no changed account'),
    conditions.creators && `made by ${conditions.creators.join(' or ')}`,
    conditions.sources && `made as ${conditions.sources.join(' or ')}`,
    risk && `suspicious activity of level ${risk} or worse`,
  ].filter((each) => typeof each === 'string');
  return words.length === 0 ? 'The rule holds for every batch.' : `It has ${words.join(', ')}.`;
}

/** One administrator for a payee who gets the threshold or more, two for more than so many times it. */
function ofHighValue(facts: BatchFacts, policy: ApprovalPolicy): Requirement[] {
  if (facts.source === 'escrow') return [];
  const { baseCurrency, highValueMinor, secondApproverFactor } = policy;
  const { largestMinor, payeeDayMinor } = facts;
  const requirement = (count: number, reason: string): Requirement[] => [
    { ...BY_POLICY, name: HIGH_VALUE, reason, steps: [{ role: 'admin', count }] },
  ];
  const known = [largestMinor, payeeDayMinor].filter((amount) => amount !== null);
  const largest = known.reduce((a, b) => (a > b ? a : b), 0n);
  const count = largest > highValueMinor * BigInt(secondApproverFactor) ? 2 : 1;
  if (largest >= highValueMinor) {
    const what =
      largest === largestMinor ? 'A payment comes' : 'What a payee gets in 24 hours comes';
    const reason = `${what} to ${formatMoney(largest, baseCurrency)}; from ${formatMoney(highValueMinor, baseCurrency)} on that is high value.`;
    return requirement(count, reason);
  }
  if (known.length === 2) return [];
  return requirement(1, `A rate to ${baseCurrency} is missing, so it counts as high value.`);
}

/** Whoever wrote a new rule is not the only one to approve the first batch under it. */
function ofNewRules({ ruleAuthors }: BatchFacts): Requirement[] {
  if (ruleAuthors.length === 0) return [];
  const reason = 'Payout rules are new since the last batch was paid; their authors do not count.';
  const steps: ApprovalStep[] = [{ role: 'manager', count: 1 }];
  return [{ ...BY_POLICY, name: 'New payout rules', reason, steps, excluded: ruleAuthors }];
}

function ofRisk({ risk }: BatchFacts): Requirement[] {
  if (risk === null || !riskAtLeast(risk, 'medium')) return [];
  const reason = `Suspicious activity of level ${risk} is open, so two people approve.`;
  const steps: ApprovalStep[] = [{ role: 'manager', count: 2 }];
  return [{ ...BY_POLICY, name: 'Suspicious activity', reason, steps }];
}
