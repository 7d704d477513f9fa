import { keepPreviousData } from '@tanstack/react-query';

/** Rows asked for at a time: a few screens full. */
export const PAGE_ROWS = 100;

/** The query part of a page's cursor; of the first page, nothing. */
export const cursorOf = (cursor: string | null) => (cursor === null ? {} : { cursor });
/** The query's word for how many rows. */
export const limit = String(PAGE_ROWS);
/** What all lists have that are read page by page. */
export const paged = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor,
  placeholderData: keepPreviousData,
};
