import { AMOUNT_MINOR_MAX } from '../limits.ts';
import type { CurrencyRate, TierPeriod, TierRate } from './terms.ts';
import type { ZoneCalendar, ZonePeriod } from './zone-calendar.ts';

/** What the conversions of one currency in one period come to. */
interface Tally {
  volumeMinor: bigint;
  count: number;
}

/**
 * Volume and number of conversions by period and currency, counted up one by one. Only periods that
 * were asked for with `watch` are counted.
 */
export class Tallies {
  readonly #calendar: ZoneCalendar;
  readonly #watched = new Map<TierPeriod, PeriodTallies>();

  constructor(calendar: ZoneCalendar) {
    this.#calendar = calendar;
  }

  /** Counts the period from now on. */
  watch(period: TierPeriod): void {
    if (this.#watched.has(period)) return;
    this.#watched.set(period, new PeriodTallies(this.#calendar, period));
  }

  get isIdle(): boolean {
    return this.#watched.size === 0;
  }

  add(currency: string, at: number, amountMinor: bigint): void {
    for (const tallies of this.#watched.values()) {
      const tally = tallies.tallyOf(currency, at);
      tally.volumeMinor += amountMinor;
      tally.count += 1;
    }
  }

  /**
   * What tiers go by of the period that holds the instant; 0 where it is not watched. All edges lie
   * within the limit of amounts, so more than that is the same as that.
   */
  measureOf({ period, measure }: TierRate, currency: string, at: number): bigint {
    const tally = this.#watched.get(period)?.tallyOf(currency, at);
    if (tally === undefined) return 0n;
    if (measure === 'count') return BigInt(tally.count);
    return tally.volumeMinor < AMOUNT_MINOR_MAX ? tally.volumeMinor : AMOUNT_MINOR_MAX;
  }
}

/** The tallies of one kind of period. Those of a sorted sequence are found without looking them up. */
class PeriodTallies {
  readonly #calendar: ZoneCalendar;
  readonly #period: TierPeriod;
  /** By currency, then by the start of the period. */
  readonly #tallies = new Map<string, Map<number, Tally>>();
  #latest: { currency: string; span: ZonePeriod; tally: Tally } | null = null;

  constructor(calendar: ZoneCalendar, period: TierPeriod) {
    this.#calendar = calendar;
    this.#period = period;
  }

  tallyOf(currency: string, at: number): Tally {
    const latest = this.#latest;
    if (latest?.currency === currency && at >= latest.span.start && at < latest.span.end) {
      return latest.tally;
    }
    const span = this.#calendar.periodOf(this.#period, at);
    const byStart = heldIn(this.#tallies, currency, () => new Map<number, Tally>());
    const tally = heldIn(byStart, span.start, () => ({ volumeMinor: 0n, count: 0 }));
    this.#latest = { currency, span, tally };
    return tally;
  }
}

function heldIn<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const held = map.get(key);
  if (held !== undefined) return held;
  const made = make();
  map.set(key, made);
  return made;
}

/** The tiers of an entry; null where its rate has none. */
export const tiersOf = (entry: CurrencyRate | null): TierRate | null =>
  entry?.rate.kind === 'tiers' ? entry.rate : null;
