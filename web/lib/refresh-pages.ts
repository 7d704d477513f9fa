import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import { rowsInSight } from './in-sight.ts';
import type { Payment } from './queries.ts';

type Page = { payments: Payment[]; nextCursor: string | null };
type Pages = InfiniteData<Page, string | null>;

/** So short a list is read anew as a whole. */
const SHORT_PAGES = 3;

/**
 * Reads again those pages of a long list that are in sight, and no others: a list of 100,000 rows whose
 * payments end fifty a second is not read anew fifty times. Pages out of sight are read when they come
 * into it.
 */
export async function refreshPages(queries: QueryClient, queryKey: QueryKey): Promise<void> {
  for (const query of queries.getQueryCache().findAll({ queryKey, type: 'active' })) {
    const data = query.state.data as Pages | undefined;
    if (!data) continue;
    if (data.pages.length <= SHORT_PAGES) {
      await queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
    } else {
      const places = placesInSight(data.pages);
      await Promise.all(places.map((place) => readAgain(queries, query.queryKey, data, place)));
    }
  }
}

/** Which pages hold the rows in sight. */
function placesInSight(pages: readonly Page[]): number[] {
  const { first, last } = rowsInSight();
  const places: number[] = [];
  let start = 0;
  for (const [place, { payments }] of pages.entries()) {
    const end = start + payments.length;
    if (start <= last && end > first) places.push(place);
    start = end;
  }
  return places;
}

async function readAgain(
  queries: QueryClient,
  queryKey: QueryKey,
  data: Pages,
  place: number,
): Promise<void> {
  const read = queries.getQueryCache().find({ queryKey })?.options.queryFn;
  if (typeof read !== 'function') return;
  const page = (await read({
    client: queries,
    queryKey,
    signal: new AbortController().signal,
    pageParam: data.pageParams[place],
    direction: 'forward',
    meta: undefined,
  })) as Page;
  queries.setQueryData<Pages>(
    queryKey,
    (now) => now && { ...now, pages: now.pages.map((old, at) => (at === place ? page : old)) },
  );
}
