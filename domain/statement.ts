/** What stands on a payee's statement of a payout, each with the sign that it has in the net. */
export const STATEMENT_LINES = {
  commissions: 'Commissions',
  escrow_shares: 'Shares of escrow releases',
  programme_fees: 'Fees of the programme',
  platform_fees: 'Platform fees',
  minimum_fees: 'Minimum fees',
  tax_withheld: 'Tax withheld',
  clawbacks: 'Clawbacks',
  debts_written_off: 'Debts written off',
  carried_over: 'Carried over to or from other payouts',
  moved_since: 'Moved to other payouts after it came back',
} as const;
export type StatementLineKind = keyof typeof STATEMENT_LINES;

/** What one payout is made of, in minor units; fees, tax and clawbacks as amounts that were taken off. */
export interface StatementSums {
  commissions: number;
  commissionsMinor: bigint;
  shares: number;
  sharesMinor: bigint;
  programmeFeesMinor: bigint;
  platformFeesMinor: bigint;
  minimumFeesMinor: bigint;
  taxMinor: bigint;
  clawbacks: number;
  clawbacksMinor: bigint;
  writtenOffMinor: bigint;
  carriedMinor: bigint;
  /** What was paid, by the books. */
  netMinor: bigint;
}

export interface StatementLine {
  kind: StatementLineKind;
  /** Of how many earnings; none where they are not counted. */
  count: number | null;
  amountMinor: bigint;
}

/** `net` is `gross` less `fees`, `tax` and `clawbacks`, and `other`. */
export interface StatementTotals {
  grossMinor: bigint;
  feesMinor: bigint;
  taxMinor: bigint;
  clawbacksMinor: bigint;
  otherMinor: bigint;
  netMinor: bigint;
}

/**
 * The lines of a payout's statement. They sum to the net: what was in a payout that came back may be in
 * others by now, and `moved_since` says how much. Lines of nothing are left out.
 */
export function statementLines(sums: StatementSums): StatementLine[] {
  const lines: StatementLine[] = [
    { kind: 'commissions', count: sums.commissions, amountMinor: sums.commissionsMinor },
    { kind: 'escrow_shares', count: sums.shares, amountMinor: sums.sharesMinor },
    { kind: 'programme_fees', count: null, amountMinor: -sums.programmeFeesMinor },
    { kind: 'platform_fees', count: null, amountMinor: -sums.platformFeesMinor },
    { kind: 'minimum_fees', count: null, amountMinor: -sums.minimumFeesMinor },
    { kind: 'tax_withheld', count: null, amountMinor: -sums.taxMinor },
    { kind: 'clawbacks', count: sums.clawbacks, amountMinor: -sums.clawbacksMinor },
    { kind: 'debts_written_off', count: null, amountMinor: sums.writtenOffMinor },
    { kind: 'carried_over', count: null, amountMinor: sums.carriedMinor },
    { kind: 'moved_since', count: null, amountMinor: movedSince(sums) },
  ];
  return lines.filter(({ amountMinor, count }) => amountMinor !== 0n || (count ?? 0) > 0);
}

export function statementTotals(sums: StatementSums): StatementTotals {
  return {
    grossMinor: sums.commissionsMinor + sums.sharesMinor,
    feesMinor: sums.programmeFeesMinor + sums.platformFeesMinor + sums.minimumFeesMinor,
    taxMinor: sums.taxMinor,
    clawbacksMinor: sums.clawbacksMinor,
    otherMinor: sums.writtenOffMinor + sums.carriedMinor + movedSince(sums),
    netMinor: sums.netMinor,
  };
}

/** What the payout paid and nothing that it covers now stands for; nothing unless it came back. */
export const movedSince = (sums: StatementSums): bigint =>
  sums.netMinor -
  (sums.commissionsMinor +
    sums.sharesMinor -
    sums.programmeFeesMinor -
    sums.platformFeesMinor -
    sums.minimumFeesMinor -
    sums.taxMinor -
    sums.clawbacksMinor +
    sums.writtenOffMinor +
    sums.carriedMinor);
