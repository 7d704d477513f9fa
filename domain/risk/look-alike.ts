import type { RiskFinding } from './finding.ts';
import type { BatchView, PaymentFacts } from './payment-facts.ts';
import { aboutPayment } from './payment-finding.ts';
import type { RiskSettings } from './settings.ts';
import { money, span } from './words.ts';

/** The same amount went, or is about to go, to the same affiliate for other commissions. */
export function lookAlike(
  facts: PaymentFacts,
  { at, quiet }: BatchView,
  { enabled, level, withinHours }: RiskSettings['look_alike'],
): RiskFinding | null {
  const { alikeId, alikeAt, amountMinor, currency } = facts;
  if (!enabled || quiet || alikeId === null || alikeAt === null) return null;
  return aboutPayment(
    'look_alike',
    level,
    facts,
    `Payment ${alikeId}, ${span(alikeAt, at)} ago, is of the same ${money(amountMinor, currency)} to the same affiliate, for other commissions.`,
    { otherPaymentId: alikeId, amountMinor: String(amountMinor), currency, withinHours },
  );
}
