import type { Bind } from '../payout-table.ts';

/** Reports add up by quarters of an hour. */
const SLOT_MS = 900_000;

/**
 * Payments are added up by longer pieces as well, each of whole pieces of the length below; lengths are in
 * quarters of an hour. What is taken for whole is the longest, the day (UTC).
 */
export const LONGER_PIECES = [
  { quarters: 4, width: '1 hour', below: 1, widthBelow: '15 minutes' },
  { quarters: 24, width: '6 hours', below: 4, widthBelow: '1 hour' },
  { quarters: 96, width: '1 day', below: 24, widthBelow: '6 hours' },
] as const;
export type LongerPiece = (typeof LONGER_PIECES)[number];
export const DAY = '1 day';

/** When the piece of a width begins in which `at` is. */
export const pieceOf = (at: string, width: string): string =>
  `date_bin('${width}', ${at}, timestamptz '2000-01-01 00:00:00+00')`;

/** An instant in milliseconds since 1970, or `-Infinity`, as it stands in a statement. */
export const instant = (at: number, bind: Bind): string =>
  // The driver takes instants apart, and knows none that is no date.
  at === -Infinity ? `timestamptz '-infinity'` : bind(toText(at), 'timestamptz');

/** Which bucket `at` is in, counted from 0: `bounds` are sorted instants, `at` is from the first on. */
export const bucketOf = (at: string, bounds: readonly number[], bind: Bind): string =>
  `width_bucket(${at}, ${bind(bounds.map(toText), 'timestamptz[]')}) - 1`;

/**
 * A query of the slots that are to be read row by row: those that changed since they were added up, and
 * those with a bound inside, by which nothing that was added up can be divided. What is read of them is
 * to be looked up slot by slot, behind `offset 0`: the planner expects a ninth of a table between two
 * bounds that it does not know, and would read all of it for each slot.
 */
export function slotsByRow(
  bounds: readonly number[],
  source: 'payments' | 'ledger',
  bind: Bind,
): string {
  const [first = 0, end = first] = [bounds[0], bounds.at(-1)];
  const cut = bounds.filter((at) => Number.isFinite(at) && at % SLOT_MS !== 0).map(toText);
  return `
    select slot from report_changes where source = '${source}'
      and slot > ${instant(first, bind)} - interval '15 minutes' and slot < ${instant(end, bind)}
    union
    select report_slot(bound) from unnest(${bind(cut, 'timestamptz[]')}) as b (bound)`;
}

/**
 * Common table expressions behind `by_row`, of `slotsByRow`: `broken`, the pieces of each length that
 * cannot be read as they are, since a bound or a slot of `by_row` is inside; and `pieces`, the longest that
 * can, between the first and the last bound, but for whole days, which are all that are not in `broken`.
 */
export function piecesBetween(bounds: readonly number[], bind: Bind): string {
  const [first = 0, end = first] = [bounds[0], bounds.at(-1)];
  const inside = bind(bounds.filter((at) => Number.isFinite(at)).map(toText), 'timestamptz[]');
  const broken = LONGER_PIECES.map(
    ({ quarters, width }) => `
      select ${quarters} as quarters, ${pieceOf('slot', width)} as slot from by_row
      union
      select ${quarters}, ${pieceOf('bound', width)} from unnest(${inside}) as b (bound)
      where bound <> ${pieceOf('bound', width)}`,
  );
  const pieces = LONGER_PIECES.map(
    ({ quarters, width, below, widthBelow }) => `
      select ${below} as quarters, piece as slot from broken b
      cross join generate_series(b.slot, b.slot + interval '${width}' - interval '${widthBelow}', interval '${widthBelow}') as piece
      where b.quarters = ${quarters}`,
  );
  return `
    broken as materialized (select 1 as quarters, slot from by_row union ${broken.join(' union ')}),
    pieces as materialized (
      select quarters, slot from (${pieces.join(' union all ')}) p
      where slot >= ${instant(first, bind)} and slot < ${instant(end, bind)}
        and (quarters, slot) not in (select quarters, slot from broken)
    )`;
}

const toText = (at: number): string =>
  at === -Infinity ? '-infinity' : new Date(at).toISOString();

/** Each condition whose value is given, `?` in it being the value. */
export const conditions = (
  given: readonly (readonly [sql: string, value: unknown, type: string])[],
  bind: Bind,
): string =>
  given
    .filter(([, value]) => value !== undefined)
    .map(([sql, value, type]) => `and ${sql.replace('?', () => bind(value, type))}`)
    .join(' ');
