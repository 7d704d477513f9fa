import { useMemo, useState } from 'react';
import { useKeys } from '../lib/hotkeys.ts';

/**
 * Moves through a list by keys: `j` and `k` or the arrows, Enter or `o` to open, `x` to pick. The
 * cursor stays on its row when rows come or go above it.
 */
export function useListCursor<Row>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
  acts: { open?: ((row: Row) => void) | undefined; pick?: ((row: Row) => void) | undefined },
): { place: number; id: string | null; moveTo: (row: Row) => void } {
  const [id, setId] = useState<string | null>(null);
  const place = id === null ? -1 : rows.findIndex((row) => idOf(row) === id);
  const { open, pick } = acts;
  const keys = useMemo(() => {
    const step = (by: number) => () => {
      const row = rows[Math.min(rows.length - 1, Math.max(0, place + by))];
      if (row !== undefined) setId(idOf(row));
    };
    const withRow = (act: ((row: Row) => void) | undefined) => (event: KeyboardEvent) => {
      const row = rows[place];
      const onControl = event.target instanceof Element && event.target.closest('button, a');
      if (onControl && event.key === 'Enter') (onControl as HTMLElement).click();
      else if (row !== undefined && act) act(row);
    };
    return {
      j: step(1),
      ArrowDown: step(1),
      k: step(-1),
      ArrowUp: step(-1),
      Enter: withRow(open),
      o: withRow(open),
      x: withRow(pick),
    };
  }, [rows, place, idOf, open, pick]);
  useKeys(keys);
  return { place, id, moveTo: (row) => setId(idOf(row)) };
}
