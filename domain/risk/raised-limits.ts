import { actionOf, type RiskFinding } from './finding.ts';
import type { RiskSettings } from './settings.ts';
import { money, ratio, span, times } from './words.ts';

/** A rate or limit that was raised, or a guard that was lowered. */
export interface RaisedLimit {
  /** What, in words. */
  what: string;
  by: string;
  at: Date;
}

export interface RaisedLimitsFacts {
  batchId: string;
  currency: string;
  totalMinor: bigint;
  /** Batches of the 90 days before, of the same currency. */
  usualBatches: number;
  usualMinor: bigint | null;
  raised: readonly RaisedLimit[];
}

/** A batch is larger than usual, and what bounds it was raised shortly before. */
export function raisedLimits(
  facts: RaisedLimitsFacts,
  at: Date,
  settings: RiskSettings['raised_limits'],
): RiskFinding | null {
  const { batchId, currency, totalMinor, usualMinor, usualBatches } = facts;
  const newest = facts.raised.toSorted((one, other) => other.at.getTime() - one.at.getTime())[0];
  if (!settings.enabled || !newest || usualBatches < settings.leastBatches) return null;
  if (usualMinor === null || usualMinor <= 0n) return null;
  const factor = ratio(totalMinor, usualMinor);
  if (factor <= settings.timesUsualAbove) return null;
  return {
    rule: 'raised_limits',
    level: settings.level,
    action: actionOf(settings.level),
    subject: batchId,
    actor: newest.by,
    batchId,
    explanation: `${newest.by} changed ${newest.what} ${span(newest.at, at)} before this batch of ${money(totalMinor, currency)}, ${times(factor)} times the usual ${money(usualMinor, currency)}.`,
    evidence: {
      changes: facts.raised.map(({ what, by, at: when }) => ({ what, by, at: when.toISOString() })),
      totalMinor: String(totalMinor),
      usualMinor: String(usualMinor),
      currency,
      withinHours: settings.withinHours,
    },
  };
}
