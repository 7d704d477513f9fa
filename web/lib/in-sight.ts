/** The rows of the long list that are in sight, by their places. One list is on a screen at a time. */
const held = { first: 0, last: 0 };

export function noteRowsInSight(first: number, last: number): void {
  held.first = first;
  held.last = last;
}

export const rowsInSight = (): Readonly<typeof held> => held;
