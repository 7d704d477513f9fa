const STEP_MS = 15 * 60_000;

/** The clocks of a zone, read off every quarter of an hour: slow, and by nothing but Intl. */
export interface WalkedZone {
  /** The first instant that shows this; where none does, the first that shows more after showing less. */
  firstShowing(shown: string): number;
  /** Quarters of an hour that are skipped, and that are shown twice. */
  skipped: string[];
  twice: string[];
}

/** Walks from one instant to another. What is shown is written `2026-03-08 02:30`. */
export function walkZone(zone: string, from: number, until: number): WalkedZone {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const first = new Map<string, number>();
  const skipped: string[] = [];
  const twice: string[] = [];
  let expected: string | null = null;
  for (let at = from; at < until; at += STEP_MS) {
    const shown = format.format(at);
    while (expected !== null && expected < shown) {
      first.set(expected, at);
      skipped.push(expected);
      expected = quarterAfter(expected);
    }
    if (first.has(shown)) twice.push(shown);
    else first.set(shown, at);
    const next = quarterAfter(shown);
    if (expected === null || next > expected) expected = next;
  }
  const firstShowing = (shown: string): number => {
    const at = first.get(shown);
    if (at === undefined) throw new RangeError(`${shown} in ${zone} was not walked over`);
    return at;
  };
  return { firstShowing, skipped, twice };
}

const quarterAfter = (shown: string): string =>
  new Date(Date.parse(`${shown.replace(' ', 'T')}:00Z`) + STEP_MS)
    .toISOString()
    .slice(0, 16)
    .replace('T', ' ');
