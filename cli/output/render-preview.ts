import type { Preview } from '../answers.ts';
import { moneyOf } from '../money.ts';
import { pairs, table } from './table.ts';
import type { Style } from './style.ts';

/** Those who would be left out, by reason: the code, the sentence, how many and a few of them. */
export interface SkipGroup {
  readonly code: string;
  readonly reason: string;
  readonly count: number;
  readonly affiliateIds: readonly string[];
}

const IDS_KEPT = 3;

/** Groups those left out by their reason, the most frequent first. */
export function skipGroups(skipped: readonly Skipped[]): SkipGroup[] {
  const groups = new Map<string, SkipGroup>();
  for (const { code, reason, affiliateId } of skipped) {
    const name = code ?? 'unknown';
    const group = groups.get(name);
    const ids = group?.affiliateIds ?? [];
    groups.set(name, {
      code: name,
      reason: reason ?? '',
      count: (group?.count ?? 0) + 1,
      affiliateIds: ids.length < IDS_KEPT ? [...ids, affiliateId] : ids,
    });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}

interface Skipped {
  readonly affiliateId: string;
  readonly code: string | null;
  readonly reason: string | null;
}

/** What a batch made now would pay, and who would be left out why. */
export function previewText({ preview, summary, previewHash }: Preview, style: Style): string {
  const { currency, eligibleAffiliates, totalAffiliates } = summary;
  const head = pairs([
    ['would pay', `${eligibleAffiliates} of ${totalAffiliates} payees`],
    ['amount', moneyOf(summary.totalAmount, currency)],
    ['fees', moneyOf(summary.estimatedFees, currency)],
    ['chunks', String(summary.chunks)],
    ...(summary.providerBalance === undefined
      ? []
      : [['balance', `${moneyOf(summary.providerBalance, currency)} at the provider`] as const]),
    ['preview', previewHash],
  ]);
  const groups = skipGroups(preview.filter(({ eligible }) => !eligible));
  return groups.length === 0 ? head : `${head}\n\n${skipTable(groups, style)}`;
}

/** One line for each reason. */
export const skipTable = (groups: readonly SkipGroup[], style: Style): string =>
  table(
    [{ title: 'LEFT OUT', right: true }, { title: 'WHY' }, { title: '' }, { title: 'FOR EXAMPLE' }],
    groups.map(({ code, reason, count, affiliateIds }) => [
      String(count),
      style.warn(code),
      reason,
      affiliateIds[0] ?? '',
    ]),
    style.dim,
  );
