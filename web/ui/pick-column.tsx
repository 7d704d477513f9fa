import { Checkbox } from '@mantine/core';
import { columnsOf, type ColumnLayout } from './table-columns.ts';
import type { Picked } from './use-picked.ts';

/**
 * The column in which rows are picked; its head picks all rows that have been read. `nameOf` says which
 * row it is, to those who hear it.
 */
export const pickColumn = <Row extends { id: string }>(
  { ids, toggle, set }: Picked<Row>,
  nameOf: (row: Row) => string,
  layout: Partial<ColumnLayout> = {},
) =>
  columnsOf<Row>().display({
    id: 'pick',
    header: ({ table }) => {
      const shown = table.getRowModel().rows.map(({ original }) => original.id);
      const chosen = shown.filter((id) => ids.has(id)).length;
      const all = chosen > 0 && chosen === shown.length;
      return (
        <Checkbox
          size="xs"
          checked={all}
          indeterminate={chosen > 0 && !all}
          disabled={shown.length === 0}
          aria-label="Pick all rows of the list"
          onChange={() =>
            set(all ? [...ids].filter((id) => !shown.includes(id)) : new Set([...ids, ...shown]))
          }
        />
      );
    },
    meta: { width: '20px', ...layout },
    cell: ({ row: { original } }) => (
      <Checkbox
        size="xs"
        checked={ids.has(original.id)}
        aria-label={`Pick ${nameOf(original)}`}
        onChange={() => toggle(original)}
        onClick={(event) => event.stopPropagation()}
      />
    ),
  });
