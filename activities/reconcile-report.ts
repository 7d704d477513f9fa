import type { ComparedRow } from '../db/queries/reconcile-compare.ts';
import { CASES_PER_KIND_MAX, COMPARISONS } from '../domain/reconciliation.ts';
import type { BalanceReport } from './reconcile-balance.ts';
import type { Confirmed } from './reconcile-compare.ts';
import type { OpenedCases } from './reconcile-differences.ts';

interface Findings {
  from: Date;
  to: Date;
  listed: boolean;
  rows: readonly ComparedRow[];
  balances: readonly BalanceReport[];
  opened: OpenedCases;
  confirmed: Confirmed;
  /** How many payments took which step because the provider was ahead. */
  steps: Record<string, number>;
}

/** The report of a run as it is stored: counts, sums in decimal text, and in sentences what was not done. */
export function toReport(found: Findings) {
  const healed = Object.values(found.steps).reduce((sum, count) => sum + count, 0);
  const report = {
    from: found.from.toISOString(),
    until: found.to.toISOString(),
    listed: found.listed,
    comparisons: COMPARISONS.flatMap((comparison) =>
      found.rows
        .filter((row) => row.comparison === comparison)
        .map((row) => ({
          comparison,
          currency: row.currency,
          count: row.count,
          ours: String(row.ours_minor),
          theirs: String(row.theirs_minor),
        })),
    ),
    healed: { count: healed, steps: found.steps },
    cases: { opened: found.opened.opened, left: found.opened.left },
    balances: found.balances,
    notes: notesOn(found),
  };
  return { report, healed };
}

function notesOn({ listed, opened, confirmed, balances }: Findings): string[] {
  const notes: string[] = [];
  if (!listed) {
    notes.push(
      'This provider has no list of transfers: each payment of the day was looked up by its reference. Transfers that are not ours (missing_here) could not be looked for.',
    );
  }
  if (confirmed.left > 0) {
    notes.push(
      `${confirmed.left} differences were too many to look up one by one; they count as they were listed.`,
    );
  }
  for (const [kind, count] of Object.entries(opened.left)) {
    notes.push(
      `${count} more of ${kind} have no case: one run opens at most ${CASES_PER_KIND_MAX} of a kind.`,
    );
  }
  for (const { currency, balance } of balances) {
    if (balance === null) notes.push(`The provider did not tell its balance in ${currency}.`);
  }
  return notes;
}
