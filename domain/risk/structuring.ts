import type { RiskFinding } from './finding.ts';
import type { BatchView, PaymentFacts } from './payment-facts.ts';
import { aboutPayment } from './payment-finding.ts';
import type { RiskSettings } from './settings.ts';
import { money, percent } from './words.ts';

/** From which amount on a payment is just below the threshold; null where there is no threshold. */
export const justBelowFrom = (
  thresholdMinor: bigint | null,
  { fromShare }: RiskSettings['structuring'],
): bigint | null =>
  thresholdMinor === null
    ? null
    : (thresholdMinor * BigInt(Math.round(fromShare * 1_000_000)) + 999_999n) / 1_000_000n;

/** Several payments to one affiliate, or one account, stay just below the threshold of high value. */
export function structuring(
  facts: PaymentFacts,
  { thresholdMinor }: BatchView,
  settings: RiskSettings['structuring'],
): RiskFinding | null {
  const { amountMinor, currency, justBelow } = facts;
  const from = justBelowFrom(thresholdMinor, settings);
  if (!settings.enabled || thresholdMinor === null || from === null) return null;
  if (amountMinor < from || amountMinor >= thresholdMinor || justBelow < settings.items)
    return null;
  return aboutPayment(
    'structuring',
    settings.level,
    facts,
    `${justBelow} payments within ${settings.withinHours} hours to this affiliate or its account are from ${percent(settings.fromShare)} up to the threshold of ${money(thresholdMinor, currency)}.`,
    {
      payments: justBelow,
      fromMinor: String(from),
      thresholdMinor: String(thresholdMinor),
      currency,
      withinHours: settings.withinHours,
    },
  );
}
