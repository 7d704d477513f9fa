import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf } from '../../lib/api.ts';
import { cursorOf, limit, paged } from '../../lib/paging.ts';
import { present } from '../../lib/search.ts';
import type { ProviderName } from '../../lib/words.ts';
import { caseApi, doubtApi, runApi } from './api.ts';
import type { CaseKind, CaseState } from './words.ts';

/** Comparisons of our books with a provider's, newest first. */
export const runsQuery = (filter: {
  provider?: ProviderName | undefined;
  day?: string | undefined;
}) =>
  infiniteQueryOptions({
    queryKey: ['reconciliations', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        runApi.$get(
          { query: { ...present(filter), limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['reconciliations', 'one', id],
    queryFn: ({ signal }) => answerOf(runApi[':id'].$get({ param: { id } }, { init: { signal } })),
  });

export interface CaseFilter {
  status?: CaseState | undefined;
  kind?: CaseKind | undefined;
  provider?: ProviderName | undefined;
  owner?: string | undefined;
}

/** What a person must look at, newest first. */
export const casesQuery = (filter: CaseFilter) =>
  infiniteQueryOptions({
    queryKey: ['cases', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        caseApi.$get(
          { query: { ...present(filter), limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ['cases', 'one', id],
    queryFn: async ({ signal }) =>
      (await answerOf(caseApi[':id'].$get({ param: { id } }, { init: { signal } }))).case,
  });

/** Payments of which nobody can tell yet whether they were made. */
export const doubtQuery = (provider: ProviderName | undefined) =>
  infiniteQueryOptions({
    queryKey: ['payments', 'list', 'UNKNOWN', provider ?? 'ALL'],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        doubtApi.$get(
          {
            query: {
              status: 'UNKNOWN',
              limit,
              ...(provider && { provider }),
              ...cursorOf(pageParam),
            },
          },
          { init: { signal } },
        ),
      ),
    ...paged,
  });
