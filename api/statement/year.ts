import type { Db } from '../../db/client.ts';
import { findProgrammeName } from '../../db/queries/statement/payer.ts';
import { findYear, issueYear } from '../../db/queries/statement/issue.ts';
import { payeePayouts, type SettledPayout } from '../../db/queries/statement/payouts.ts';
import { instantAt } from '../../domain/calendar/local-time.ts';
import { DomainError } from '../../domain/errors.ts';
import { paymentReference } from '../../domain/ids.ts';
import { toJsonAmount } from '../../domain/money.ts';
import { statementTotals, type StatementTotals } from '../../domain/statement.ts';
import { iso, isoOrNull } from '../schemas/common.ts';
import type { YearStatement } from '../schemas/statement.ts';
import { payeeOf, toPayout, toTotals } from './payout.ts';

/** More payouts than that a statement of a year does not list. */
const PAYOUTS_MAX = 10_000;

/**
 * What a payee was paid in a year of a zone, and what came back in it. Numbered once the year is over;
 * before, it is provisional. Throws `not_found`, and `export_too_large` for very many payouts.
 */
export async function readYearStatement(
  db: Db,
  payeeId: string,
  { year, zone }: { year: number; zone: string },
): Promise<YearStatement> {
  const payee = await payeeOf(db, payeeId);
  const [from, to] = [startOf(year, zone), startOf(year + 1, zone)];
  const found = await payeePayouts(db, payeeId, { from, to }, PAYOUTS_MAX + 1);
  if (found.length > PAYOUTS_MAX) throw tooMany();
  const inYear = (at: Date | null): boolean => at !== null && at >= from && at < to;
  const settled = found.filter(({ settled_at }) => inYear(settled_at));
  const returned = found.filter(({ returned_at }) => inYear(returned_at));
  const provisional = to.getTime() > Date.now();
  const number =
    provisional || found.length === 0
      ? await findYear(db, payeeId, year)
      : await issueYear(db, payeeId, year);
  return {
    number: number?.number ?? null,
    issuedAt: isoOrNull(number?.created_at ?? null),
    year,
    zone,
    from: iso(from),
    to: iso(to),
    provisional,
    payer: { name: await payerOf(db, found) },
    payee,
    totals: totalsOf(settled, returned),
    payouts: settled.map((each) => ({ number: each.number, ...toPayout(each) })),
    returns: returned.map(toReturn),
  };
}

const startOf = (year: number, zone: string): Date =>
  new Date(instantAt(`${year}-01-01`, '00:00', zone));

const tooMany = (): DomainError =>
  new DomainError(
    'export_too_large',
    `More than ${PAYOUTS_MAX.toLocaleString('en')} payouts are in this year; export the payments of the affiliate instead.`,
  );

/** The programme that all of it came from; the first one where it came from several. */
async function payerOf(db: Db, payouts: readonly SettledPayout[]): Promise<string> {
  const names = new Set(payouts.map(({ programme_name }) => programme_name));
  const [only] = names;
  return only !== undefined && names.size === 1 ? only : findProgrammeName(db);
}

function toReturn(payout: SettledPayout): YearStatement['returns'][number] {
  if (!payout.returned_at) throw new Error(`${payout.id} did not come back`);
  return {
    paymentId: payout.id,
    reference: paymentReference(payout.id, payout.generation),
    currency: payout.currency,
    amount: toJsonAmount(payout.sums.netMinor),
    settledAt: iso(payout.settled_at),
    returnedAt: iso(payout.returned_at),
  };
}

const NOTHING: StatementTotals = {
  grossMinor: 0n,
  feesMinor: 0n,
  taxMinor: 0n,
  clawbacksMinor: 0n,
  otherMinor: 0n,
  netMinor: 0n,
};

/** Totals of each currency, by its code. */
function totalsOf(
  settled: readonly SettledPayout[],
  returned: readonly SettledPayout[],
): YearStatement['totals'] {
  const currencies = new Set([...settled, ...returned].map(({ currency }) => currency));
  return [...currencies].toSorted().map((currency) => {
    const paid = settled.filter((each) => each.currency === currency);
    const back = returned.filter((each) => each.currency === currency);
    const totals = paid.map(({ sums }) => statementTotals(sums)).reduce(added, NOTHING);
    const returnedMinor = back.reduce((sum, { sums }) => sum + sums.netMinor, 0n);
    return {
      currency,
      payouts: paid.length,
      ...toTotals(totals),
      returned: toJsonAmount(returnedMinor),
      received: toJsonAmount(totals.netMinor - returnedMinor),
    };
  });
}

const added = (a: StatementTotals, b: StatementTotals): StatementTotals => ({
  grossMinor: a.grossMinor + b.grossMinor,
  feesMinor: a.feesMinor + b.feesMinor,
  taxMinor: a.taxMinor + b.taxMinor,
  clawbacksMinor: a.clawbacksMinor + b.clawbacksMinor,
  otherMinor: a.otherMinor + b.otherMinor,
  netMinor: a.netMinor + b.netMinor,
});
