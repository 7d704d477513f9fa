import { changedDetails } from './changed-details.ts';
import type { RiskFinding } from './finding.ts';
import { lookAlike } from './look-alike.ts';
import { newPayeeHighValue } from './new-payee-high-value.ts';
import type { BatchView, PaymentFacts } from './payment-facts.ts';
import type { RiskSettings } from './settings.ts';
import { sharedDestination } from './shared-destination.ts';
import { structuring } from './structuring.ts';
import { velocity } from './velocity.ts';

/** What the payment rules find about one payment. */
export const judgePayment = (
  facts: PaymentFacts,
  view: BatchView,
  settings: RiskSettings,
): RiskFinding[] =>
  [
    changedDetails(facts, view, settings.changed_details),
    newPayeeHighValue(facts, view, settings.new_payee_high_value),
    sharedDestination(facts, settings.shared_destination),
    velocity(facts, view, settings.velocity),
    structuring(facts, view, settings.structuring),
    lookAlike(facts, view, settings.look_alike),
  ].filter((finding) => finding !== null);
