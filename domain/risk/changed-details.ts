import type { RiskFinding } from './finding.ts';
import type { BatchView, PaymentFacts } from './payment-facts.ts';
import { aboutPayment } from './payment-finding.ts';
import type { RiskSettings } from './settings.ts';
import { hoursBetween, span } from './words.ts';

/** Where the money goes was changed shortly before it is sent, and nobody else has verified it. */
export function changedDetails(
  facts: PaymentFacts,
  { at }: BatchView,
  { enabled, level, withinHours }: RiskSettings['changed_details'],
): RiskFinding | null {
  const { changedAt, changedBy } = facts;
  if (!enabled || changedAt === null || hoursBetween(changedAt, at) >= withinHours) return null;
  const who = changedBy === null ? '' : ` by ${changedBy}`;
  return aboutPayment(
    'changed_details',
    level,
    facts,
    `The account was changed ${span(changedAt, at)} ago${who}, less than ${withinHours} hours, and nobody else has verified it.`,
    { changedAt: changedAt.toISOString(), changedBy, withinHours },
  );
}
