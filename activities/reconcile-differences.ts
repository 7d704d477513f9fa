import type { Db } from '../db/client.ts';
import { openCases, type NewCase } from '../db/queries/cases.ts';
import { resolveVanished } from '../db/queries/reconcile-cases.ts';
import type { ComparedRow, DifferenceRow } from '../db/queries/reconcile-compare.ts';
import { parseReference } from '../domain/ids.ts';
import { formatMoney } from '../domain/money.ts';
import {
  CASES_PER_KIND_MAX,
  DIFFERENCES,
  severityOf,
  summaryOf,
  type Difference,
} from '../domain/reconciliation.ts';
import type { BalanceReport } from './reconcile-balance.ts';
import type { ReconciliationRef } from './reconcile-load.ts';

const PAGE = 250;

/** What became of the differences of a run. */
export interface OpenedCases {
  /** Cases that are new; the others were open already. */
  opened: number;
  /** Differences beyond the limit of cases, by kind. */
  left: Record<string, number>;
  /** Currencies in which money is missing. */
  missingMoney: number;
}

/**
 * Opens a case for each difference, at most 1,000 of each kind, and one for each currency in which
 * money is missing. Cases of earlier runs of the day that are not found any more are closed, where
 * all that was found is known. Safe to repeat.
 */
export async function openDifferences(
  db: Db,
  ref: ReconciliationRef,
  rows: readonly ComparedRow[],
  balances: readonly BalanceReport[],
): Promise<OpenedCases> {
  const missing = balances.filter(({ difference }) => difference?.startsWith('-'));
  const cases = missing.map((balance) => balanceCase(ref, balance));
  const left: Record<string, number> = {};
  for (const kind of DIFFERENCES) {
    const found = rows.filter(({ comparison }) => comparison === kind);
    const told = found.flatMap(({ differences }) => differences ?? []).slice(0, CASES_PER_KIND_MAX);
    cases.push(...told.map((difference) => differenceCase(ref, kind, difference)));
    const count = found.reduce((sum, row) => sum + row.count, 0);
    if (count > told.length) left[kind] = count - told.length;
  }
  let opened = 0;
  for (let start = 0; start < cases.length; start += PAGE) {
    opened += (await openCases(db, cases.slice(start, start + PAGE))).length;
  }
  await resolveVanished(db, {
    provider: ref.provider,
    day: ref.day,
    kinds: DIFFERENCES.filter((kind) => left[kind] === undefined),
    subjects: cases.map(({ subject }) => subject),
  });
  return { opened, left, missingMoney: missing.length };
}

function differenceCase(ref: ReconciliationRef, kind: Difference, found: DifferenceRow): NewCase {
  const ours = parseReference(found.reference);
  const judged = { kind, ours: found.ours, theirs: found.theirs, ourReference: ours !== null };
  const isForeign = kind === 'missing_here';
  return {
    kind,
    severity: severityOf(judged),
    subject: isForeign
      ? `${ref.provider}:${found.providerPaymentId ?? found.reference}`.slice(0, 300)
      : found.reference,
    summary: summaryOf(judged),
    provider: ref.provider,
    batchId: found.batchId,
    paymentId: found.paymentId,
    reconciliationId: ref.reconciliationId,
    details: {
      day: ref.day,
      reference: found.reference.slice(0, 300),
      providerPaymentId: found.providerPaymentId,
      ours: found.ours,
      theirs: found.theirs,
      ourAmount: found.ourAmount,
      theirAmount: found.theirAmount,
      ourCurrency: found.ourCurrency,
      theirCurrency: found.theirCurrency,
    },
  };
}

function balanceCase(ref: ReconciliationRef, balance: BalanceReport): NewCase {
  const { currency, difference } = balance;
  const missing = formatMoney(-BigInt(difference ?? 0), currency);
  return {
    kind: 'balance_differs',
    severity: 'critical',
    subject: `${ref.provider}/${currency}/${ref.day}`,
    summary: `${missing} less are at the provider than our books explain; fees and withdrawals that we do not know of are among the reasons.`,
    provider: ref.provider,
    reconciliationId: ref.reconciliationId,
    details: { ...balance, day: ref.day },
  };
}
