/** Ages in whole days, each span up to the day before the next begins; the last has no end. */
const AGE_SPANS = [
  { name: '0-7', fromDays: 0 },
  { name: '8-30', fromDays: 8 },
  { name: '31-60', fromDays: 31 },
  { name: '61-90', fromDays: 61 },
  { name: 'over 90', fromDays: 91 },
] as const;

type AgeSpan = (typeof AGE_SPANS)[number]['name'];
export const AGE_SPAN_NAMES = AGE_SPANS.map(({ name }) => name);

/** From how many days on each span but the first begins: what divides ages into spans. */
export const AGE_BOUNDS_DAYS: readonly number[] = AGE_SPANS.slice(1).map(
  ({ fromDays }) => fromDays,
);

/** The span at a place counted from 0; throws for a place that there is not. */
export function spanAt(place: number): AgeSpan {
  const span = AGE_SPANS[place];
  if (!span) throw new RangeError(`there is no age span ${place}`);
  return span.name;
}

/**
 * What an amount of the report is.
 * - payable: matured, in no payment, not on hold, of payees who are owed something on the whole.
 * - held: the same, on hold.
 * - debt: what payees owe whose earnings come to less than nothing.
 * - stuck: payments that have not ended: under way, in doubt, or on hold.
 */
export const AGING_KINDS = ['payable', 'held', 'debt', 'stuck'] as const;
