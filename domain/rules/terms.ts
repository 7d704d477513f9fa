/** What a rule says, by section. A rule of a group or an affiliate holds only the sections that it changes. */
export interface Terms {
  eligibility?: EligibilityTerms | undefined;
  commission?: readonly CurrencyRate[] | undefined;
  fee?: FeeTerms | undefined;
  rounding?: Rounding | undefined;
  /** So many days of 24 hours after a conversion its commission becomes payable. */
  holdingDays?: number | undefined;
  payout?: PayoutTerms | undefined;
  frequency?: Frequency | undefined;
}

export const TERM_SECTIONS = [
  'eligibility',
  'commission',
  'fee',
  'rounding',
  'holdingDays',
  'payout',
  'frequency',
] as const satisfies readonly (keyof Terms)[];
export type TermSection = (typeof TERM_SECTIONS)[number];

/** Which conversions count. Null switches a check off. */
export interface EligibilityTerms {
  /** A conversion counts where its click is at most so many days before it. */
  attributionDays: number | null;
  /** One order counts once within so many days. */
  orderWindowDays: number | null;
  /** One customer counts once within so many days. */
  customerWindowDays: number | null;
  minimumOrders: readonly CurrencyAmount[];
  /** Whether an affiliate earns by buying for itself. */
  selfReferral: 'refuse' | 'allow';
}

export interface CurrencyAmount {
  currency: string;
  amountMinor: bigint;
}

/** The rate of one currency; null stands for all that no other entry names, and holds no amounts. */
export interface CurrencyRate {
  currency: string | null;
  rate: Rate;
  /** The least and the most that one conversion comes to. */
  floorMinor: bigint | null;
  capMinor: bigint | null;
}

export type Rate = SimpleRate | BracketRate | TierRate;
export type SimpleRate =
  { kind: 'percentage'; bps: number } | { kind: 'flat'; amountMinor: bigint };

/** The bracket that the amount of the single conversion falls in decides the rate of all of it. */
export interface BracketRate {
  kind: 'brackets';
  brackets: readonly Step[];
}

/** The rate rises or falls with what came before in the period. */
export interface TierRate {
  kind: 'tiers';
  /** Volume in minor units, or number of conversions. */
  measure: 'volume' | 'count';
  period: TierPeriod;
  /** Marginal: each part bears the rate of its own tier. Whole: all bear the rate of the tier that the period reaches. */
  mode: 'marginal' | 'whole';
  tiers: readonly Step[];
}

/** Calendar periods in the programme's zone; `all` begins with the first conversion. */
export const TIER_PERIODS = ['month', 'quarter', 'year', 'all'] as const;
export type TierPeriod = (typeof TIER_PERIODS)[number];

/** From `from`, included, to `to`, not included; the last has no end. The first begins at 0. */
export interface Step {
  from: bigint;
  to: bigint | null;
  rate: SimpleRate;
}

/** What the platform keeps of each conversion. Borne by the payee it is taken from the commission, never more than that. */
export interface FeeTerms {
  bearer: 'payee' | 'platform';
  rates: readonly CurrencyRate[];
  /** What the fees of a month with conversions come to at least; the rest is charged at its end. */
  monthlyMinimums: readonly CurrencyAmount[];
}

/** How a fraction of a minor unit is settled, once for each conversion. */
export const ROUNDINGS = ['half_up', 'half_even', 'down', 'up'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

export interface PayoutTerms {
  /** The most particular one that fits decides: by method before by country before by currency alone. */
  minimums: readonly PayoutLimit[];
  /** What is more is paid in equal parts. */
  maximums: readonly PayoutLimit[];
}

/** A limit in one currency, for all or for one method (a provider, or a channel of one) and country. */
export interface PayoutLimit extends CurrencyAmount {
  method: string | null;
  country: string | null;
}

/** When a payee is paid by a schedule. Weekdays are 1 (Monday) to 7; a month shorter than `day` pays on its last. */
export type Frequency =
  | { every: 'day' }
  | { every: 'week'; weekday: number | null }
  | { every: 'fortnight'; weekday: number | null }
  | { every: 'month'; day: number | null }
  | { every: 'manual' };

/** What holds for a payee once rules are laid over each other: every section has a value. */
export type EffectiveTerms = {
  [Section in TermSection]-?: Exclude<Terms[Section], undefined> | null;
};
