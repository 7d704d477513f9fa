/** What an affiliate comes to in one currency, by the rules in force and with the proposed version. */
export interface Difference {
  affiliateId: string;
  currency: string;
  conversions: number;
  nowMinor: bigint;
  proposedMinor: bigint;
}

/** The sums of one currency, by the rules in force and with the proposed version. */
export interface CurrencySum {
  currency: string;
  now: Sum;
  proposed: Sum;
}

/** What affiliates come to: net is after fees that they bear and after minimum fees. */
export interface Sum {
  netMinor: bigint;
  feesMinor: bigint;
  minimumFeesMinor: bigint;
}

/** Adds up affiliates, and keeps the largest differences alone: memory does not grow with their number. */
export class Differences {
  readonly #kept: number;
  readonly #sums = new Map<string, CurrencySum>();
  #largest: Difference[] = [];
  #lines = 0;
  affiliates = 0;
  conversions = 0;

  constructor(kept: number) {
    this.#kept = kept;
  }

  /** The sums of a currency, to be added to. */
  sumOf(currency: string): CurrencySum {
    const known = this.#sums.get(currency);
    if (known) return known;
    const sum = { currency, now: noSum(), proposed: noSum() };
    this.#sums.set(currency, sum);
    return sum;
  }

  add(difference: Difference): void {
    this.#lines += 1;
    this.conversions += difference.conversions;
    this.#largest.push(difference);
    if (this.#largest.length >= 2 * this.#kept) this.#cut();
  }

  #cut(): void {
    this.#largest = this.#largest.toSorted(byDifference).slice(0, this.#kept);
  }

  /** The largest differences first, and how many lines are not among them. */
  largest(): { lines: Difference[]; left: number } {
    this.#cut();
    return { lines: this.#largest, left: this.#lines - this.#largest.length };
  }

  /** By the code of the currency. */
  sums(): CurrencySum[] {
    return [...this.#sums.values()].toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
  }
}

const noSum = (): Sum => ({ netMinor: 0n, feesMinor: 0n, minimumFeesMinor: 0n });

const sizeOf = ({ nowMinor, proposedMinor }: Difference): bigint =>
  proposedMinor > nowMinor ? proposedMinor - nowMinor : nowMinor - proposedMinor;

/** Ties go by affiliate and currency, so that the same dry run answers the same. */
function byDifference(a: Difference, b: Difference): number {
  const [sizeA, sizeB] = [sizeOf(a), sizeOf(b)];
  if (sizeA !== sizeB) return sizeA > sizeB ? -1 : 1;
  if (a.affiliateId !== b.affiliateId) return a.affiliateId < b.affiliateId ? -1 : 1;
  return a.currency < b.currency ? -1 : 1;
}
