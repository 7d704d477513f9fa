import { FlexRender, useTable, type Row } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef, type PointerEvent, type ReactNode } from 'react';
import { noteRowsInSight } from '../lib/in-sight.ts';
import { ErrorPanel } from './error-panel.tsx';
import { features, type Columns } from './table-columns.ts';
import { TableSkeleton } from './table-skeleton.tsx';
import { useListCursor } from './use-list-cursor.ts';
import classes from './data-table.module.css';

const ROW_HEIGHT_PX = 36;
/** Widths at which columns come or go. */
const WIDTHS: readonly number[] = [560, 800, 1080];
/** Rows beyond the edge of what is seen, so that scrolling shows no gaps. */
const OVERSCAN_ROWS = 12;

interface Props<Item extends { id: string }> {
  /** What the rows are, for those who hear the page. */
  label: string;
  columns: Columns<Item>;
  rows: readonly Item[];
  /** Where there are no rows. */
  empty: ReactNode;
  isPending: boolean;
  error: unknown;
  onRetry: () => void;
  hasMore: boolean;
  isLoadingMore: boolean;
  onMore: () => void;
  onOpen?: (row: Item) => void;
  onPick?: (row: Item) => void;
  /** Ids of picked rows. */
  picked?: ReadonlySet<string>;
}

const idOf = (row: { id: string }): string => row.id;

/**
 * A long list of which only the rows in sight are in the page. The next page is asked for before its
 * place comes into sight.
 */
export function DataTable<Item extends { id: string }>(props: Props<Item>) {
  const { label, columns, rows, empty, isPending, error, onRetry, onOpen, onPick } = props;
  const { ref: sizeRef, width } = useElementSize();
  const cursor = useListCursor(rows, idOf, { open: onOpen, pick: onPick });
  const room = WIDTHS.findLast((each) => width >= each) ?? 0;
  const shown = useMemo(
    () =>
      columns.filter(
        ({ meta }) => room >= (meta?.hideBelow ?? 0) && room < (meta?.hideFrom ?? Infinity),
      ),
    [columns, room],
  );
  const table = useTable({ features, columns: shown, data: rows, getRowId: idOf });
  const template = shown.map(({ meta }) => meta?.width ?? '1fr').join(' ');
  if (error !== null && rows.length === 0) return <ErrorPanel error={error} onRetry={onRetry} />;
  return (
    <div ref={sizeRef} className={classes['frame']}>
      {width > 0 && (
        <div role="table" aria-label={label} aria-rowcount={props.hasMore ? -1 : rows.length + 1}>
          <div role="rowgroup" className={classes['head']}>
            {table.getHeaderGroups().map((group) => (
              <div
                key={group.id}
                role="row"
                className={classes['row']}
                style={{ gridTemplateColumns: template }}
              >
                {group.headers.map((header) => (
                  <div
                    key={header.id}
                    role="columnheader"
                    data-align={header.column.columnDef.meta?.align}
                  >
                    <table.FlexRender header={header} />
                  </div>
                ))}
              </div>
            ))}
          </div>
          {isPending ? (
            <TableSkeleton />
          ) : (
            <Body {...props} table={table.getRowModel().rows} template={template} cursor={cursor} />
          )}
        </div>
      )}
      {!isPending && rows.length === 0 && empty}
      {error !== null && rows.length > 0 && <ErrorPanel error={error} onRetry={onRetry} />}
    </div>
  );
}

/** What has no room is told on pointing at it. */
function tellWhole({ target }: PointerEvent): void {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[role="cell"]') : null;
  if (cell) cell.title = cell.scrollWidth > cell.clientWidth ? (cell.textContent ?? '') : '';
}

interface BodyProps<Item extends { id: string }> extends Props<Item> {
  table: Row<typeof features, Item>[];
  template: string;
  cursor: ReturnType<typeof useListCursor<Item>>;
}

function Body<Item extends { id: string }>({
  table: rows,
  template,
  cursor,
  hasMore,
  isLoadingMore,
  error,
  onMore,
  onOpen,
  picked,
}: BodyProps<Item>) {
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT_PX,
    getItemKey: (place) => rows[place]?.id ?? place,
    overscan: OVERSCAN_ROWS,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => noteRowsInSight(first, last), [first, last]);
  useEffect(() => {
    const near = last >= rows.length - OVERSCAN_ROWS * 2;
    if (near && hasMore && !isLoadingMore && error === null) onMore();
  }, [hasMore, isLoadingMore, error, last, rows.length, onMore]);
  useEffect(() => {
    if (cursor.place >= 0) virtual.scrollToIndex(cursor.place, { align: 'auto' });
  }, [cursor.place, virtual]);
  return (
    <div ref={scroll} role="rowgroup" className={classes['scroll']} tabIndex={0}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
        {items.map(({ index, start, key }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              data-current={row.id === cursor.id || undefined}
              data-picked={picked?.has(row.id) || undefined}
              data-opens={onOpen !== undefined || undefined}
              className={classes['row']}
              style={{
                gridTemplateColumns: template,
                height: ROW_HEIGHT_PX,
                transform: `translateY(${start}px)`,
              }}
              onPointerOver={tellWhole}
              onClick={() => {
                cursor.moveTo(row.original);
                onOpen?.(row.original);
              }}
            >
              {row.getAllCells().map((cell) => (
                <div key={cell.id} role="cell" data-align={cell.column.columnDef.meta?.align}>
                  <FlexRender cell={cell} />
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
