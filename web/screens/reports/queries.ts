import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf, type AnswerOf } from '../../lib/api.ts';
import { cursorOf, limit, paged } from '../../lib/paging.ts';
import { exportsApi, programmesApi, REPORT_CALLS, type Report } from './api.ts';
import type { ReportQuery } from './asked.ts';
import type { ReportName } from './search.ts';

export type Export = AnswerOf<typeof exportsApi.$get>['exports'][number];
export type Programme = AnswerOf<typeof programmesApi.$get>['programmes'][number];

/** Each look at a report stands in the audit log, so it is looked at only when somebody asks. */
const asFound = { staleTime: Infinity, refetchOnReconnect: false, refetchOnWindowFocus: false };

/** A report as it was worked out when it was asked for. */
export const reportQuery = <Name extends Exclude<ReportName, 'affiliates'>>(
  name: Name,
  query: ReportQuery,
) =>
  queryOptions({
    queryKey: ['reports', name, query],
    queryFn: async ({ signal }) => {
      const answer = await REPORT_CALLS[name](query, { init: { signal } });
      return (await answer.json()) as Report<Name>;
    },
    ...asFound,
  });

/** The report of affiliates, page by page. */
export const affiliatesQuery = (query: ReportQuery) =>
  infiniteQueryOptions({
    queryKey: ['reports', 'affiliates', query],
    queryFn: async ({ pageParam, signal }) => {
      const asked = { ...query, limit, ...cursorOf(pageParam) };
      const answer = await REPORT_CALLS.affiliates(asked, { init: { signal } });
      return (await answer.json()) as Report<'affiliates'>;
    },
    initialPageParam: paged.initialPageParam,
    getNextPageParam: paged.getNextPageParam,
    ...asFound,
  });

const PROGRAMMES = '1000';

/** The programmes: what reports are filtered by, and the zones that business is done in. */
export const programmesQuery = queryOptions({
  queryKey: ['programmes'],
  queryFn: async ({ signal }) =>
    (await answerOf(programmesApi.$get({ query: { limit: PROGRAMMES } }, { init: { signal } })))
      .programmes,
  staleTime: 60_000,
});

const isMoving = ({ status }: Export): boolean => status === 'QUEUED' || status === 'RUNNING';
/** How far a file is, no event tells; that it is done, one does. */
const PROGRESS_MS = 2_000;

/** Files that were ordered, newest first. */
export const exportsQuery = infiniteQueryOptions({
  queryKey: ['exports'],
  queryFn: ({ pageParam, signal }) =>
    answerOf(exportsApi.$get({ query: { limit, ...cursorOf(pageParam) } }, { init: { signal } })),
  ...paged,
  refetchInterval: ({ state }) =>
    state.data?.pages.some(({ exports }) => exports.some(isMoving)) ? PROGRESS_MS : false,
});
