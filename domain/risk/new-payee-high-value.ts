import type { RiskFinding } from './finding.ts';
import type { BatchView, PaymentFacts } from './payment-facts.ts';
import { aboutPayment } from './payment-finding.ts';
import type { RiskSettings } from './settings.ts';
import { money } from './words.ts';

/** The first payout ever to somebody is of high value; where no rate of the currency is known, any is. */
export function newPayeeHighValue(
  facts: PaymentFacts,
  { quiet, thresholdMinor }: BatchView,
  { enabled, level }: RiskSettings['new_payee_high_value'],
): RiskFinding | null {
  const { amountMinor, currency, paidBefore } = facts;
  if (!enabled || quiet || paidBefore) return null;
  if (thresholdMinor !== null && amountMinor < thresholdMinor) return null;
  const bound =
    thresholdMinor === null
      ? `and no rate of ${currency} says whether that is much`
      : `at or above ${money(thresholdMinor, currency)}`;
  return aboutPayment(
    'new_payee_high_value',
    level,
    facts,
    `The first payout ever to this affiliate is ${money(amountMinor, currency)}, ${bound}.`,
    {
      amountMinor: String(amountMinor),
      currency,
      thresholdMinor: thresholdMinor === null ? null : String(thresholdMinor),
    },
  );
}
