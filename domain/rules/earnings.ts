import type { AffiliateFacts, ConversionFacts, Earning, IneligibleCode } from './conversion.ts';
import { ineligible } from './eligibility.ts';
import { netOf, rateAmount, rateOf } from './rate.ts';
import { Tallies, tiersOf } from './tallies.ts';
import type { CurrencyRate, EffectiveTerms, TierRate } from './terms.ts';
import type { ZoneCalendar } from './zone-calendar.ts';

/** What counts, with the entries that it is reckoned by. */
interface Counting {
  facts: ConversionFacts;
  place: number;
  countedMinor: bigint;
  terms: EffectiveTerms;
  commission: CurrencyRate;
  commissionTiers: TierRate | null;
  fee: CurrencyRate | null;
  feeTiers: TierRate | null;
}

/**
 * What each conversion comes to, in the order given. All of them are of one affiliate in one
 * programme, and there are no others: the answer depends on which conversions there are, what is
 * known of each and nothing else, neither their order nor what was answered before.
 *
 * - They follow each other by when they occurred, then by external id, by code unit.
 * - Each goes by its own terms. What came before it, or what the whole period comes to, counts all
 *   that counts in its currency in that period, whatever terms those went by. Volume and number of
 *   conversions are kept for each currency.
 * - Volume is net of reversals. What earns nothing for a reason counts nowhere.
 * - Commission and fee are rates of the same counted amount, each with tiers of its own. Each is
 *   rounded once. What the payee bears of a fee is at most the gross.
 */
export function earningsOf(
  affiliate: AffiliateFacts | null,
  conversions: readonly ConversionFacts[],
  calendar: ZoneCalendar,
): Earning[] {
  const earnings: Earning[] = [];
  const counting: Counting[] = [];
  const before = new Tallies(calendar);
  const whole = new Tallies(calendar);
  for (const [place, facts] of conversions.entries()) {
    const code = ineligible(affiliate, facts);
    earnings.push(nothing(code));
    const counts = code === null ? countingOf(facts, place) : null;
    if (counts === null) continue;
    counting.push(counts);
    watch(counts.commissionTiers, before, whole);
    watch(counts.feeTiers, before, whole);
  }
  if (!before.isIdle) counting.sort(byTime);
  if (!whole.isIdle) for (const each of counting) add(whole, each);
  for (const each of counting) {
    earnings[each.place] = earningOf(each, before, whole);
    if (!before.isIdle) add(before, each);
  }
  return earnings;
}

const nothing = (code: IneligibleCode | null): Earning => ({
  code,
  countedMinor: 0n,
  commissionMeasure: 0n,
  feeMeasure: 0n,
  grossMinor: 0n,
  feeMinor: 0n,
  netMinor: 0n,
});

function countingOf(facts: ConversionFacts, place: number): Counting | null {
  const { terms, currency } = facts;
  const commission = rateOf(terms?.commission, currency);
  if (terms === null || commission === null) return null;
  const countedMinor = facts.amountMinor - facts.reversedMinor;
  const fee = rateOf(terms.fee?.rates, currency);
  return {
    facts,
    place,
    countedMinor,
    terms,
    commission,
    commissionTiers: tiersOf(commission),
    fee,
    feeTiers: tiersOf(fee),
  };
}

function watch(tiers: TierRate | null, before: Tallies, whole: Tallies): void {
  if (tiers !== null) (tiers.mode === 'whole' ? whole : before).watch(tiers.period);
}

const byTime = ({ facts: a }: Counting, { facts: b }: Counting): number => {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt - b.occurredAt;
  if (a.externalId === b.externalId) return 0;
  return a.externalId < b.externalId ? -1 : 1;
};

const add = (tallies: Tallies, { facts, countedMinor }: Counting): void =>
  tallies.add(facts.currency, facts.occurredAt, countedMinor);

function earningOf(each: Counting, before: Tallies, whole: Tallies): Earning {
  const { countedMinor, terms, commission, fee } = each;
  const rounding = terms.rounding ?? 'half_up';
  const commissionMeasure = measureOf(each, each.commissionTiers, before, whole);
  const feeMeasure = measureOf(each, each.feeTiers, before, whole);
  const grossMinor = rateAmount(commission, countedMinor, commissionMeasure, rounding);
  const wantedMinor = fee === null ? 0n : rateAmount(fee, countedMinor, feeMeasure, rounding);
  const { feeMinor, netMinor } = netOf(grossMinor, wantedMinor, terms.fee?.bearer);
  return {
    code: null,
    countedMinor,
    commissionMeasure,
    feeMeasure,
    grossMinor,
    feeMinor,
    netMinor,
  };
}

function measureOf(
  { facts: { currency, occurredAt } }: Counting,
  tiers: TierRate | null,
  before: Tallies,
  whole: Tallies,
): bigint {
  if (tiers === null) return 0n;
  return (tiers.mode === 'whole' ? whole : before).measureOf(tiers, currency, occurredAt);
}
