interface PagedList {
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** What a table needs of a list that is read page by page. */
export const listProps = (list: PagedList) => ({
  isPending: list.isPending,
  error: list.error,
  onRetry: () => void list.refetch(),
  hasMore: list.hasNextPage,
  isLoadingMore: list.isFetchingNextPage,
  onMore: () => void list.fetchNextPage(),
});

/** The same of a list that is there as a whole. */
export const WHOLE_LIST = {
  isPending: false,
  error: null,
  onRetry: () => {},
  hasMore: false,
  isLoadingMore: false,
  onMore: () => {},
};
