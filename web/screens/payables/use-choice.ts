import { useMemo, useState } from 'react';
import { usePicked, type Picked } from '../../ui/use-picked.ts';
import type { PayableRow } from './columns.tsx';

/** Rows that are picked, or all that match the filters, also those that were never read. */
export interface Choice extends Picked<PayableRow> {
  all: boolean;
  pickAll: () => void;
}

/** “All” means the filters of `view`; with others it has to be said again. Taking one back ends it. */
export function useChoice(rows: readonly PayableRow[], view: string): Choice {
  const picked = usePicked<PayableRow>();
  const [allOf, setAllOf] = useState<string | null>(null);
  const all = allOf === view;
  return useMemo(() => {
    const ids = all ? new Set(rows.map(({ id }) => id)) : picked.ids;
    const set = (chosen: Iterable<string>) => {
      setAllOf(null);
      picked.set(chosen);
    };
    return {
      ids,
      all,
      pickAll: () => setAllOf(view),
      set,
      toggle: (row) => (all ? set([...ids].filter((id) => id !== row.id)) : picked.toggle(row)),
    };
  }, [all, rows, picked, view]);
}
