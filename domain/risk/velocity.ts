import type { RiskFinding } from './finding.ts';
import type { BatchView, PaymentFacts } from './payment-facts.ts';
import { aboutPayment } from './payment-finding.ts';
import type { RiskSettings } from './settings.ts';
import { money, ratio, several, times } from './words.ts';

/**
 * One affiliate is paid unusually often, or unusually much against what its paying days of the last 90
 * days came to on average. Days without a payout do not count, else every monthly one would stand out.
 */
export function velocity(
  facts: PaymentFacts,
  { quiet }: BatchView,
  settings: RiskSettings['velocity'],
): RiskFinding | null {
  if (!settings.enabled || quiet) return null;
  const { recentPayouts, recentMinor, usualDays, usualMinor, currency } = facts;
  const { withinHours, payoutsAbove, timesUsualAbove, severeTimesUsualAbove } = settings;
  const known = usualMinor !== null && usualMinor > 0n && usualDays >= settings.leastUsualDays;
  const factor = known ? ratio(recentMinor, usualMinor) : 0;
  const often = recentPayouts > payoutsAbove;
  if (!often && factor <= timesUsualAbove) return null;
  const reasons = [
    ...(often ? [`${several(recentPayouts, 'payout')}, more than ${payoutsAbove}`] : []),
    ...(factor > timesUsualAbove && known
      ? [
          `${money(recentMinor, currency)}, ${times(factor)} times the usual ${money(usualMinor, currency)} of ${several(usualDays, 'paying day')}`,
        ]
      : []),
  ];
  const level = factor > severeTimesUsualAbove ? settings.severeLevel : settings.level;
  return aboutPayment(
    'velocity',
    level,
    facts,
    `Within ${withinHours} hours this affiliate is paid ${reasons.join('; and ')}.`,
    {
      payouts: recentPayouts,
      sumMinor: String(recentMinor),
      usualMinor: usualMinor === null ? null : String(usualMinor),
      usualDays,
      currency,
      withinHours,
    },
  );
}
