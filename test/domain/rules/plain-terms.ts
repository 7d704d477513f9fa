import type { AffiliateFacts, ConversionFacts, Earning } from '../../../domain/rules/conversion.ts';
import { earningsOf } from '../../../domain/rules/earnings.ts';
import { effectiveTerms } from '../../../domain/rules/effective.ts';
import type {
  CurrencyRate,
  EffectiveTerms,
  Rate,
  SimpleRate,
  Step,
  Terms,
  TierRate,
} from '../../../domain/rules/terms.ts';
import { makeZoneCalendar } from '../../../domain/rules/zone-calendar.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const affiliate: AffiliateFacts = {
  externalId: 'Partner-7',
  email: 'Ada@Example.com',
  suspendedAt: null,
};

export const utcCalendar = makeZoneCalendar('UTC', 0, 0);

export const percentage = (bps: number): SimpleRate => ({ kind: 'percentage', bps });
export const flat = (amountMinor: bigint): SimpleRate => ({ kind: 'flat', amountMinor });

export const entry = (rate: Rate, given: Partial<CurrencyRate> = {}): CurrencyRate => ({
  currency: 'USD',
  rate,
  floorMinor: null,
  capMinor: null,
  ...given,
});

/** Steps that follow each other: each begins at its edge, the last has no end. */
export const steps = (...rates: [from: bigint, rate: SimpleRate][]): Step[] =>
  rates.map(([from, rate], index) => ({ from, to: rates[index + 1]?.[0] ?? null, rate }));

export const tiers = (given: Partial<TierRate> & Pick<TierRate, 'tiers'>): TierRate => ({
  kind: 'tiers',
  measure: 'volume',
  period: 'month',
  mode: 'marginal',
  ...given,
});

/** 10% of everything, and what the test gives of its own. */
export const terms = (given: Terms = {}): EffectiveTerms =>
  effectiveTerms([{ commission: [entry(percentage(1_000))], ...given }]);

let made = 0;

/** An approved conversion of 100 dollars on 10 March 2026 that counts, and what the test gives of its own. */
export function conversion(given: Partial<ConversionFacts> = {}): ConversionFacts {
  made += 1;
  return {
    id: `cnv_${made}`,
    externalId: `order-${String(made).padStart(6, '0')}`,
    status: 'APPROVED',
    test: false,
    currency: 'USD',
    amountMinor: 10_000n,
    reversedMinor: 0n,
    occurredAt: Date.UTC(2026, 2, 10, 12),
    clickedAt: null,
    customer: null,
    sameOrderAt: null,
    sameCustomerAt: null,
    terms: terms(),
    ...given,
  };
}

/** What conversions of these amounts come to, one after the other within a month. */
export const earningsBy = (given: EffectiveTerms, amounts: readonly bigint[]): Earning[] =>
  earningsOf(
    affiliate,
    amounts.map((amountMinor, index) =>
      conversion({ amountMinor, terms: given, occurredAt: Date.UTC(2026, 2, 1 + index) }),
    ),
    utcCalendar,
  );

export const grossBy = (given: EffectiveTerms, amounts: readonly bigint[]): bigint[] =>
  earningsBy(given, amounts).map(({ grossMinor }) => grossMinor);
