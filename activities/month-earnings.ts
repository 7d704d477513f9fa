import type { FeeMonthRow } from '../db/queries/conversion-pages.ts';
import type { FollowUp, NewFeeMonth } from '../db/queries/write-earnings.ts';
import type { ConversionFacts, Earning } from '../domain/rules/conversion.ts';
import { monthCharges, type MonthCharge } from '../domain/rules/minimum-fee.ts';
import type { EffectiveTerms } from '../domain/rules/terms.ts';
import type { ZonePeriod } from '../domain/rules/zone-calendar.ts';
import type { Ground, PayeePage } from './page-earnings.ts';

/** What the months of an affiliate come to, where it differs, and when the one under way ends. */
export interface PayeeMonths {
  months: NewFeeMonth[];
  followUps: FollowUp[];
}

/**
 * Holds the fees of each month in the window against the minimum of that month. What holds is what
 * was in force at its last instant, and stays so once the month was decided, unless a person has it
 * judged anew. A month that is charged no more since nothing in it counts any more gets it all back.
 */
export function monthsOfPayee(
  ground: Ground,
  page: PayeePage,
  conversions: readonly ConversionFacts[],
  earnings: readonly Earning[],
): PayeeMonths {
  const { asOf, calendar } = ground;
  const periods = new Map<string, ZonePeriod>();
  const charges = monthCharges(conversions, earnings, calendar, {
    asOf: Infinity,
    termsOfMonth: (start) => {
      const period = calendar.periodOf('month', start);
      periods.set(period.key, period);
      return termsOfMonth(ground, page, period);
    },
  });
  const months: NewFeeMonth[] = [];
  const found = new Set<string>();
  for (const charge of charges) {
    const period = periods.get(charge.month);
    if (!period) throw new Error('a month whose terms nobody asked for');
    found.add(`${charge.month} ${charge.currency}`);
    if (period.end > asOf.getTime()) continue;
    const held = page.facts.months.find(
      ({ month, currency }) => month === charge.month && currency === charge.currency,
    );
    months.push(...differing(ground, page, charge, period.end, held));
  }
  for (const held of page.facts.months) {
    const period = calendar.periodOf('month', Date.parse(held.month) + NOON_OF_SECOND_MS);
    const gone = period.start >= page.fromMs && !found.has(`${held.month} ${held.currency}`);
    if (gone) months.push(...differing(ground, page, nothingLeft(ground, held), period.end, held));
  }
  return { months, followUps: endOfMonth(ground, page, earnings) };
}

/**
 * When the month under way ends, where anything in it counts: also if it has no minimum so far, since
 * what holds is what will be in force at its last instant.
 */
function endOfMonth(
  { asOf, calendar }: Ground,
  { payee, rows }: PayeePage,
  earnings: readonly Earning[],
): FollowUp[] {
  const { start, end } = calendar.periodOf('month', asOf.getTime());
  const counts = rows.some(
    ({ occurred_ms }, index) => occurred_ms >= start && earnings[index]?.code === null,
  );
  return counts ? [{ payeeId: payee.payee_id, dueMs: end, dirtyMs: start }] : [];
}

/** The middle of the second day, in UTC, lies in its month in every zone. */
const NOON_OF_SECOND_MS = 36 * 3_600_000;

function termsOfMonth(
  { rules, terms }: Ground,
  { payee, facts }: PayeePage,
  { start, end, key }: ZonePeriod,
): EffectiveTerms | null {
  const anew = payee.rejudge_ms !== null && end > payee.rejudge_ms;
  const held = anew ? undefined : facts.months.find(({ month }) => month === key);
  if (held) return terms.loaded(held.terms_id).terms;
  const target = { id: payee.payee_id, groupName: payee.group_name };
  const inForce = rules.termsAt(target, Math.max(start, end - 1));
  return inForce && terms.of(inForce).terms;
}

const nothingLeft = ({ terms }: Ground, held: FeeMonthRow): MonthCharge => ({
  currency: held.currency,
  month: held.month,
  feesMinor: 0n,
  minimumMinor: held.minimum_minor,
  chargeMinor: 0n,
  terms: terms.loaded(held.terms_id).terms,
});

/** The first charge is earned at the end of its month, a difference when it was found. */
function differing(
  { terms, asOf, nextId }: Ground,
  { payee }: PayeePage,
  charge: MonthCharge,
  endMs: number,
  held: FeeMonthRow | undefined,
): NewFeeMonth[] {
  const termsId = terms.idOf(charge.terms);
  const same =
    held?.terms_id === termsId &&
    held.fees_minor === charge.feesMinor &&
    held.minimum_minor === charge.minimumMinor &&
    held.charge_minor === charge.chargeMinor;
  if (same) return [];
  const amountMinor = (held?.charge_minor ?? 0n) - charge.chargeMinor;
  const earnedMs = held === undefined ? endMs : asOf.getTime();
  return [
    {
      payeeId: payee.payee_id,
      currency: charge.currency,
      month: charge.month,
      revision: (held?.revision ?? 0) + 1,
      termsId,
      feesMinor: charge.feesMinor,
      minimumMinor: charge.minimumMinor,
      chargeMinor: charge.chargeMinor,
      earning: amountMinor === 0n ? null : { id: nextId(), amountMinor, earnedMs },
    },
  ];
}
