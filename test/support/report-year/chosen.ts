import { DEFAULT_PROGRAMME_ID } from '../../../domain/rules/programme.ts';
import type { Raw } from './raw.ts';

/** What a report is filtered by, as its body names it. */
export interface Chosen {
  currency?: string;
  provider?: string;
  programmeId?: string;
  status?: readonly string[];
  affiliateId?: readonly string[];
  minAmount?: number;
  maxAmount?: number;
}

/**
 * The year with nothing in it but what is chosen, row by row. A payment in a state that is not asked for
 * was made at no time; it was settled all the same where settled payments are asked for.
 */
export function chosenOf(raw: Raw, chosen: Chosen): Raw {
  const { currency, provider, programmeId, status, minAmount = 0, maxAmount = Infinity } = chosen;
  const payees = chosen.affiliateId && new Set(chosen.affiliateId);
  const isOf = (row: { payee: string | null; currency: string }): boolean =>
    (currency === undefined || row.currency === currency) &&
    (payees === undefined || payees.has(row.payee ?? ''));
  const isEarned = (row: { programme: string }): boolean =>
    programmeId === undefined || (row.programme || DEFAULT_PROGRAMME_ID) === programmeId;
  const payments = raw.payments.filter(
    (row) =>
      isOf(row) &&
      (provider === undefined || row.provider === provider) &&
      (programmeId === undefined || row.programme === programmeId) &&
      row.amount >= minAmount &&
      row.amount <= maxAmount,
  );
  const inState = (row: { status: string }): boolean =>
    status === undefined || status.includes(row.status);
  const countsPaid = inState({ status: 'COMPLETED' });
  const ids = new Set(payments.filter(inState).map(({ id }) => id));
  return {
    ...raw,
    payees: raw.payees
      .filter(({ id }) => payees === undefined || payees.has(id))
      .map((payee) => ({ ...payee, currency: currency ?? payee.currency })),
    payments: payments.map((row) => ({
      ...row,
      made: inState(row) ? row.made : Number.NaN,
      completed: countsPaid ? row.completed : null,
    })),
    attempts: raw.attempts.filter(({ payment }) => ids.has(payment)),
    commissions: raw.commissions.filter((row) => isOf(row) && isEarned(row)),
    payables: raw.payables.filter((row) => isOf(row) && isEarned(row)),
    conversions: raw.conversions.filter((row) => isOf(row) && isEarned(row)),
    lines: raw.lines.filter((row) => row.payment !== null && ids.has(row.payment)),
  };
}

/** The lines of the books that are about the affiliates and the currency that are chosen. */
export function booksOf(raw: Raw, { currency, affiliateId }: Chosen): Raw {
  const { payments } = chosenOf(raw, {
    ...(currency !== undefined && { currency }),
    ...(affiliateId && { affiliateId }),
  });
  const lines = raw.lines.filter(
    (row) =>
      (currency === undefined || row.currency === currency) &&
      (affiliateId === undefined || affiliateId.includes(row.payee ?? '')),
  );
  return { ...raw, payments, lines };
}
