import { expect, test } from 'vitest';
import type { ConversionFacts, Earning } from '../../../domain/rules/conversion.ts';
import { earningsOf } from '../../../domain/rules/earnings.ts';
import { explainEarning } from '../../../domain/rules/explain.ts';
import { monthCharges, type MonthCharge } from '../../../domain/rules/minimum-fee.ts';
import { termsProblems } from '../../../domain/rules/terms-problems.ts';
import type { EffectiveTerms } from '../../../domain/rules/terms.ts';
import { seeded, shuffled, type Random } from '../draw-split.ts';
import { drawCase, drawManyTerms, type DrawnCase } from './draw-earnings.ts';
import { earnSlowly, lineOf, upTo } from './slow-earnings.ts';

const CASES = 1_000_000;
/** How often a case is also held against a slow reckoning, and its explanations are read. */
const EVERY = 20;

const problemsOf = ({ eligibility, commission, fee }: EffectiveTerms) =>
  termsProblems({
    eligibility: eligibility ?? undefined,
    commission: commission ?? undefined,
    fee: fee ?? undefined,
  });

type Booked = Map<string, bigint>;

const earn = (drawn: DrawnCase, conversions: readonly ConversionFacts[]): Earning[] =>
  earningsOf(drawn.affiliate, conversions, drawn.calendar);

const charge = (
  { calendar, asOf, monthTerms }: DrawnCase,
  conversions: readonly ConversionFacts[],
  earnings: readonly Earning[],
): MonthCharge[] =>
  monthCharges(conversions, earnings, calendar, { asOf, termsOfMonth: () => monthTerms });

/** The first law of an earning that this one breaks; null for none. */
function brokenAlone(facts: ConversionFacts, earning: Earning): string | null {
  const { code, countedMinor, grossMinor, feeMinor, netMinor } = earning;
  if (feeMinor < 0n || netMinor < 0n || grossMinor < 0n) return 'a part is negative';
  if (code !== null) return grossMinor + feeMinor + countedMinor === 0n ? null : 'a reason earns';
  if (countedMinor !== facts.amountMinor - facts.reversedMinor) return 'something else counts';
  if (facts.terms?.fee?.bearer === 'payee') {
    return netMinor + feeMinor === grossMinor ? null : 'net and fee are not the gross';
  }
  return netMinor === grossMinor ? null : 'the platform bears the fee, yet the net is less';
}

const isSame = (a: Earning | undefined, b: Earning | undefined): boolean =>
  a?.code === b?.code &&
  a?.countedMinor === b?.countedMinor &&
  a?.commissionMeasure === b?.commissionMeasure &&
  a?.feeMeasure === b?.feeMeasure &&
  a?.grossMinor === b?.grossMinor &&
  a?.feeMinor === b?.feeMinor &&
  a?.netMinor === b?.netMinor;

const totalOf = (earnings: readonly Earning[]): bigint =>
  earnings.reduce((sum, { netMinor }) => sum + netMinor, 0n);

/** In another order everybody gets the same, and so do all together. */
function brokenOrder(
  order: readonly number[],
  again: readonly Earning[],
  earnings: readonly Earning[],
): string | null {
  if (totalOf(again) !== totalOf(earnings)) return 'the order counts for the total';
  const differs = order.some((place, index) => !isSame(again[index], earnings[place]));
  return differs ? 'the order counts' : null;
}

/** Books what each conversion comes to, less what is booked of it; answers how many bookings that makes. */
function book(
  conversions: readonly ConversionFacts[],
  earnings: readonly Earning[],
  booked: Booked,
): number {
  let bookings = 0;
  for (const [index, { netMinor }] of earnings.entries()) {
    const id = conversions[index]?.id ?? '';
    const bookedMinor = booked.get(id) ?? 0n;
    if (netMinor === bookedMinor) continue;
    bookings += 1;
    booked.set(id, bookedMinor + (netMinor - bookedMinor));
  }
  return bookings;
}

/** All but one come first and are calculated, then that one; a last time, in another order, changes nothing. */
function brokenTwice(
  random: Random,
  drawn: DrawnCase,
  earnings: readonly Earning[],
): string | null {
  const booked: Booked = new Map();
  const early = drawn.conversions.slice(1);
  book(early, earn(drawn, early), booked);
  book(drawn.conversions, earnings, booked);
  let bookedMinor = 0n;
  for (const minor of booked.values()) bookedMinor += minor;
  if (bookedMinor !== totalOf(earnings)) return 'what comes late is booked otherwise';
  const order = shuffled(random, [...drawn.conversions.keys()]);
  const others = order.flatMap((place) => drawn.conversions[place] ?? []);
  const again = earn(drawn, others);
  if (book(others, again, booked) > 0) return 'the second time books something';
  return brokenOrder(order, again, earnings);
}

/** All of it refunded; of an amount of 0 there is nothing to refund, so that is cancelled. */
function brokenRefund(drawn: DrawnCase): string | null {
  const refunded = drawn.conversions.map((facts) =>
    facts.amountMinor === 0n
      ? { ...facts, status: 'CANCELLED' as const }
      : { ...facts, reversedMinor: facts.amountMinor },
  );
  const earnings = earn(drawn, refunded);
  for (const { grossMinor, feeMinor, netMinor } of earnings) {
    if (grossMinor !== 0n || feeMinor !== 0n || netMinor !== 0n) return 'a refund leaves something';
  }
  return charge(drawn, refunded, earnings).length === 0 ? null : 'a refunded month is charged';
}

/**
 * Where all conversions of a currency go by the same marginal tiers by volume, without floor or cap,
 * those of a period come to what the tiers say of its volume, but for one rounding each.
 */
function brokenSum(drawn: DrawnCase, earnings: readonly Earning[]): string | null {
  const [first] = drawn.conversions;
  const entry = first?.terms?.commission?.find(({ currency }) => currency === first.currency);
  const rate = entry?.rate;
  if (rate?.kind !== 'tiers' || rate.mode === 'whole' || rate.measure === 'count') return 'none';
  if (entry?.floorMinor !== null || entry.capMinor !== null) return 'none';
  let [volume, gross, count] = [0n, 0n, 0n];
  const period = drawn.calendar.periodOf(rate.period, first?.occurredAt ?? 0);
  for (const [index, facts] of drawn.conversions.entries()) {
    const earning = earnings[index];
    if (facts.currency !== first?.currency || earning?.code !== null) continue;
    if (facts.terms !== first.terms) return 'none';
    if (drawn.calendar.periodOf(rate.period, facts.occurredAt) !== period) continue;
    volume += earning.countedMinor;
    gross += earning.grossMinor;
    count += 1n;
  }
  const off = gross * 10_000n - upTo(rate.tiers, volume);
  const isHalf = first?.terms?.rounding?.startsWith('half') === true;
  const most = count * (isHalf ? 5_000n : 9_999n);
  return off <= most && -off <= most ? null : 'the parts are not the whole';
}

/** The slow reckoning and the explanations; null where both agree. */
function brokenSlowly(drawn: DrawnCase, earnings: readonly Earning[]): string | null {
  const lines = drawn.conversions.map(({ id }, index) => {
    const earning = earnings[index];
    return earning ? lineOf(id, earning) : '';
  });
  const charges = charge(drawn, drawn.conversions, earnings).map((each) =>
    [each.month, each.currency, each.feesMinor, each.minimumMinor, each.chargeMinor].join(' '),
  );
  const slow = earnSlowly(drawn).join('\n');
  if (slow !== [...lines.toSorted(), ...charges].join('\n')) return 'the slow way differs';
  for (const [index, facts] of drawn.conversions.entries()) {
    const earning = earnings[index];
    const broken = earning ? brokenExplanation(facts, earning) : 'an earning too few';
    if (broken !== null) return broken;
  }
  return null;
}

/** What is told last of an amount before a fee is taken from it, which is the gross, and at the end the net. */
function brokenExplanation(facts: ConversionFacts, earning: Earning): string | null {
  const steps = explainEarning({ conversion: facts, terms: facts.terms, earning });
  if (steps.at(-1)?.amountMinor !== earning.netMinor) return 'the explanation ends otherwise';
  if (earning.code !== null) return steps[1]?.step === earning.code ? null : 'another reason';
  const settled = steps.findLast(({ step }) => /^(rate|rounding|sum|floor|cap)$/.test(step));
  // An amount of 0 has no part in marginal tiers by volume.
  const settledMinor = settled === undefined ? 0n : settled.amountMinor;
  return settledMinor === earning.grossMinor ? null : 'the explanation comes to something else';
}

test(
  'a million affiliates: the order is nothing, twice is once, refunded is nothing, parts are the whole',
  { timeout: 300_000 },
  () => {
    const random = seeded(20_260_306);
    const pool = drawManyTerms(random);
    expect(pool.flatMap(problemsOf)).toEqual([]);
    const broken: string[] = [];
    let [sums, counted, charged] = [0, 0, 0];
    for (let count = 0; count < CASES && broken.length < 10; count += 1) {
      const drawn = drawCase(random, pool);
      const earnings = earn(drawn, drawn.conversions);
      const sum = brokenSum(drawn, earnings);
      const laws = [
        ...earnings.map((earning, index) => {
          const facts = drawn.conversions[index];
          return facts ? brokenAlone(facts, earning) : 'an earning too many';
        }),
        brokenTwice(random, drawn, earnings),
        brokenRefund(drawn),
        sum === 'none' ? null : sum,
        count % EVERY === 0 ? brokenSlowly(drawn, earnings) : null,
      ];
      for (const law of laws) if (law !== null) broken.push(`case ${count}: ${law}`);
      if (sum !== 'none') sums += 1;
      if (totalOf(earnings) > 0n) counted += 1;
      if (count % EVERY === 0 && charge(drawn, drawn.conversions, earnings).length > 0)
        charged += 1;
    }
    expect(broken).toEqual([]);
    // What is drawn does reach what is to be tested.
    expect(sums).toBeGreaterThan(CASES / 10);
    expect(counted).toBeGreaterThan(CASES / 2);
    expect(charged).toBeGreaterThan(CASES / EVERY / 50);
  },
);
