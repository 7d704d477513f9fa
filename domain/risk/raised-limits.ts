import { actionOf, type RiskFinding } from './finding.ts';
import type { RiskSettings } from './settings.ts';
import { money, ratio, span, times } from './words.ts';

/** A rate or limit that was raised, or a guard that was lowered. */
export interface RaisedLimit {
  /** What, in words. */
  what: string;
  by: string;
  at: Date;
  /** By whoever made or edited the batch, or somebody behind them. */
  byMaker: boolean;
}

export interface RaisedLimitsFacts {
  batchId: string;
  currency: string;
  totalMinor: bigint;
  /** Batches of the 90 days before, of the same currency. */
  usualBatches: number;
  usualMinor: bigint | null;
  raised: readonly RaisedLimit[];
  /** The installation is too young for rules that compare with a history. */
  quiet: boolean;
  /** High value before anything was raised; null where that is not known. */
  strictMinor: bigint | null;
}

/**
 * What bounds a batch was raised shortly before, and it is larger than usual, or of high value where
 * nothing is usual yet. Worse where one person did both.
 */
export function raisedLimits(
  facts: RaisedLimitsFacts,
  at: Date,
  settings: RiskSettings['raised_limits'],
): RiskFinding | null {
  const { batchId, currency, totalMinor } = facts;
  const newest = facts.raised.toSorted(
    (one, other) =>
      Number(other.byMaker) - Number(one.byMaker) || other.at.getTime() - one.at.getTime(),
  )[0];
  const size = newest && settings.enabled ? sizeOf(facts, settings) : null;
  if (!newest || size === null) return null;
  const level = newest.byMaker ? settings.makerLevel : settings.level;
  return {
    rule: 'raised_limits',
    level,
    action: actionOf(level),
    subject: batchId,
    actor: newest.by,
    batchId,
    explanation: `${newest.by} changed ${newest.what} ${span(newest.at, at)} before this batch of ${money(totalMinor, currency)}, ${size}.`,
    evidence: {
      changes: facts.raised.map(({ what, by, at: when }) => ({ what, by, at: when.toISOString() })),
      totalMinor: String(totalMinor),
      usualMinor: facts.usualMinor === null ? null : String(facts.usualMinor),
      byMaker: newest.byMaker,
      currency,
      withinHours: settings.withinHours,
    },
  };
}

/** How large the batch is, in words; null where that is nothing special. */
function sizeOf(
  { currency, totalMinor, usualBatches, usualMinor, quiet, strictMinor }: RaisedLimitsFacts,
  { leastBatches, timesUsualAbove }: RiskSettings['raised_limits'],
): string | null {
  if (usualBatches >= leastBatches && usualMinor !== null && usualMinor > 0n) {
    const factor = ratio(totalMinor, usualMinor);
    const usual = `${times(factor)} times the usual ${money(usualMinor, currency)}`;
    return factor > timesUsualAbove ? usual : null;
  }
  if (quiet || (strictMinor !== null && totalMinor < strictMinor)) return null;
  return 'of high value, while nothing like it is usual';
}
