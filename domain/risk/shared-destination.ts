import type { RiskFinding } from './finding.ts';
import type { PaymentFacts } from './payment-facts.ts';
import { aboutPayment } from './payment-finding.ts';
import type { RiskSettings } from './settings.ts';

/** Several affiliates are paid to one account. Silent while there are no more than a person has accepted. */
export function sharedDestination(
  facts: PaymentFacts,
  { enabled, level, affiliates }: RiskSettings['shared_destination'],
): RiskFinding | null {
  const { affiliatesThere, affiliatesAccepted } = facts;
  if (!enabled || affiliatesThere < affiliates || affiliatesThere <= affiliatesAccepted)
    return null;
  return aboutPayment(
    'shared_destination',
    level,
    facts,
    `The account of this payment is the account of ${affiliatesThere} affiliates; ${affiliates} are suspicious.`,
    { affiliates: affiliatesThere, from: affiliates },
  );
}
