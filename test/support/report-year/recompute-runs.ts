import type { Raw } from './raw.ts';
import { groupBy, type Row } from './recompute.ts';

/** The rows of the report of reconciliation between two days, the second not included; in no order. */
export function reconciliation({ runs, cases }: Raw, from: string, to: string): Row[] {
  const days = groupBy(
    runs.filter(({ day }) => day >= from && day < to),
    ({ provider, day }) => `${provider}/${day}`,
  );
  return [...days.values()].flatMap((ofDay) => {
    const sorted = ofDay.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const newest = sorted.at(-1);
    if (!newest) return [];
    const done = sorted.filter(({ status }) => status === 'DONE').at(-1);
    const compared = done?.report?.comparisons ?? [];
    const ids = new Set(ofDay.map(({ id }) => id));
    const opened = cases
      .filter(({ run }) => ids.has(run))
      .map(({ status, details }) => ({
        status,
        currency: details['ourCurrency'] ?? details['theirCurrency'] ?? details['currency'] ?? null,
      }));
    const currencies = new Set([...compared, ...opened].map(({ currency }) => currency));
    return [...(currencies.size > 0 ? currencies : [null])].map((currency) => {
      const own = compared.filter((each) => each.currency === currency);
      const count = (word: string) =>
        own.reduce((sum, each) => sum + (each.comparison === word ? each.count : 0), 0);
      const inState = (state: string) =>
        opened.filter((each) => each.currency === currency && each.status === state).length;
      return {
        day: newest.day,
        provider: newest.provider,
        currency,
        matched: count('matched'),
        missingThere: count('missing_there'),
        missingHere: count('missing_here'),
        amountDiffers: count('amount_differs'),
        statusDiffers: count('status_differs'),
        unknown: count('open'),
        notCreated: count('not_created'),
        ourAmount: Number(own.reduce((sum, { ours }) => sum + ours, 0n)),
        theirAmount: Number(own.reduce((sum, { theirs }) => sum + theirs, 0n)),
        openCases: inState('OPEN'),
        resolvedCases: inState('RESOLVED'),
        runs: ofDay.length,
        lastStatus: newest.status,
        lastRunAt: new Date(newest.at).toISOString(),
      };
    });
  });
}
