import { useCallback, useMemo, useState } from 'react';

/** The rows of a list that somebody has picked, by their ids. */
export interface Picked<Row> {
  ids: ReadonlySet<string>;
  /** Picks a row, or takes it back. */
  toggle: (row: Row) => void;
  set: (ids: Iterable<string>) => void;
}

export function usePicked<Row extends { id: string }>(): Picked<Row> {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    ({ id }: Row) =>
      setIds((before) => {
        const now = new Set(before);
        if (!now.delete(id)) now.add(id);
        return now;
      }),
    [],
  );
  const set = useCallback((chosen: Iterable<string>) => setIds(new Set(chosen)), []);
  return useMemo(() => ({ ids, toggle, set }), [ids, toggle, set]);
}
