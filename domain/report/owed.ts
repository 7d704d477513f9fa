import type { StateSum } from './series.ts';

export const OWED_SECTIONS = [
  'start',
  'earned',
  'written_off',
  'escrow_released',
  'escrow_refunded',
  'payout',
  'returned',
  'other',
  'end',
  'failed',
] as const;
export type OwedSection = (typeof OWED_SECTIONS)[number];

/** What entries of one kind changed, or what stood at the beginning. */
interface OwedSum {
  part: 'start' | 'period';
  kind: string;
  source: string | null;
  currency: string;
  lines: number;
  owed_minor: bigint;
}

/** A line of the statement of one currency. All but the last section add up to its end. */
export interface OwedLine {
  section: OwedSection;
  /** Of payouts: how their batch came to be. Of others: the kind of entry. */
  category: string | null;
  currency: string;
  /** How many entries, of `payout` and `failed` payments; null where it is a balance. */
  entries: number | null;
  /** Above zero where more is owed by it. */
  amountMinor: bigint;
}

const SECTION_OF: Readonly<Record<string, OwedSection>> = {
  earned: 'earned',
  written_off: 'written_off',
  split: 'escrow_released',
  refunded: 'escrow_refunded',
  settled: 'payout',
  returned: 'returned',
};

/**
 * What was owed to payees at the beginning, what changed it, and what is owed at the end, by currency;
 * then what failed and is still owed, where there is any. The end is the sum of what stands above it.
 */
export function owedLines(sums: readonly OwedSum[], failed: readonly StateSum[]): OwedLine[] {
  const currencies = new Set([...sums, ...failed].map(({ currency }) => currency));
  return [...currencies].toSorted().flatMap((currency) => {
    const own = sums.filter((sum) => sum.currency === currency);
    const balance = (section: 'start' | 'end', of: readonly OwedSum[]): OwedLine => ({
      section,
      category: null,
      currency,
      entries: null,
      amountMinor: of.reduce((total, sum) => total + sum.owed_minor, 0n),
    });
    const changes = own.filter(({ part }) => part === 'period').map(changeOf);
    return [
      balance(
        'start',
        own.filter(({ part }) => part === 'start'),
      ),
      ...changes.toSorted(byPlace),
      balance('end', own),
      ...failedLines(
        currency,
        failed.filter((sum) => sum.currency === currency),
      ),
    ];
  });
}

function changeOf({ kind, source, currency, lines, owed_minor }: OwedSum): OwedLine {
  const section = Object.hasOwn(SECTION_OF, kind) ? SECTION_OF[kind] : undefined;
  return {
    section: section ?? 'other',
    category: section === undefined ? kind : source,
    currency,
    entries: lines,
    amountMinor: owed_minor,
  };
}

const byPlace = (a: OwedLine, b: OwedLine): number =>
  OWED_SECTIONS.indexOf(a.section) - OWED_SECTIONS.indexOf(b.section) ||
  (a.category ?? '').localeCompare(b.category ?? '', 'en');

function failedLines(currency: string, sums: readonly StateSum[]): OwedLine[] {
  const entries = sums.reduce((total, { payments }) => total + payments, 0);
  if (entries === 0) return [];
  const amountMinor = sums.reduce((total, { amount_minor }) => total + amount_minor, 0n);
  return [{ section: 'failed', category: null, currency, entries, amountMinor }];
}
