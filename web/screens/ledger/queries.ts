import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf } from '../../lib/api.ts';
import { cursorOf, limit, paged } from '../../lib/paging.ts';
import { present } from '../../lib/search.ts';
import { ledgerApi } from './api.ts';
import type { LineSearch } from './search.ts';

/** What stands in each account. */
export const balancesQuery = queryOptions({
  queryKey: ['ledger', 'balances'],
  queryFn: async ({ signal }) =>
    (await answerOf(ledgerApi.ledger.balances.$get({ query: {} }, { init: { signal } }))).balances,
});

const DAY_MS = 86_400_000;

/** The day after, since the API leaves the instant out that it is asked to. */
const endOf = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

/** Lines of the books, whole entry by whole entry. */
export const linesQuery = ({ until, ...filter }: LineSearch) =>
  infiniteQueryOptions({
    queryKey: ['ledger', 'entries', { until, ...filter }],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        ledgerApi.ledger.entries.$get(
          {
            query: {
              ...present(filter),
              ...(until !== undefined && { to: endOf(until) }),
              limit,
              ...cursorOf(pageParam),
            },
          },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

/** Reads all of the books, which takes a while for many lines: asked for by a person alone. */
export const checkQuery = queryOptions({
  queryKey: ['ledger', 'check'],
  queryFn: ({ signal }) => answerOf(ledgerApi.ledger.check.$get({}, { init: { signal } })),
  enabled: false,
});

/** The same of every invariant of the whole database. */
export const verifyQuery = queryOptions({
  queryKey: ['ledger', 'verify'],
  queryFn: ({ signal }) => answerOf(ledgerApi.verify.$get({}, { init: { signal } })),
  enabled: false,
});
