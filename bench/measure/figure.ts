import { median } from './statistics.ts';

/** One thing that was measured, round by round, beside what it is compared with. */
export interface Figure {
  suite: string;
  name: string;
  unit: string;
  /** One value a round. */
  measured: readonly number[];
  /** The same rounds of what it is compared with. */
  reference?: { what: string; values: readonly number[] } | undefined;
  /** A bound on the median: of what was measured, or of its ratio to the reference. */
  goal?: { of: 'measured' | 'ratio'; atLeast?: number; atMost?: number } | undefined;
}

/** A figure in one row. The ratio is the median of the ratios of the rounds, whose halves share their noise. */
export function summarise({ suite, name, unit, measured, reference, goal }: Figure) {
  const value = median(measured);
  const ratio = reference
    ? median(measured.map((each, round) => each / (reference.values[round] ?? Number.NaN)))
    : null;
  const judged = goal?.of === 'ratio' ? (ratio ?? Number.NaN) : value;
  const { atLeast = -Infinity, atMost = Infinity } = goal ?? {};
  return {
    suite,
    name,
    unit,
    value,
    reference: reference ? median(reference.values) : null,
    referenceWhat: reference?.what ?? null,
    ratio,
    goal: goal ?? null,
    met: goal ? judged >= atLeast && judged <= atMost : null,
  };
}

export type Summary = ReturnType<typeof summarise>;
