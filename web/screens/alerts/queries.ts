import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf } from '../../lib/api.ts';
import { cursorOf, limit, paged } from '../../lib/paging.ts';
import { alertsApi, rulesApi, type Alert } from './api.ts';

export const alertsQuery = (filter: {
  status: Alert['status'];
  severity?: Alert['severity'] | undefined;
}) =>
  infiniteQueryOptions({
    queryKey: ['alerts', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        alertsApi.$get(
          { query: { ...filter, limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

/** A notice that is on its way is looked for again, since its arrival is no event. */
const ON_ITS_WAY_MS = 2_000;

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', 'one', id],
    queryFn: ({ signal }) =>
      answerOf(alertsApi[':id'].$get({ param: { id } }, { init: { signal } })),
    refetchInterval: ({ state }) =>
      state.data?.notices.some(({ status }) => status === 'PENDING') ? ON_ITS_WAY_MS : false,
  });

export const alertRulesQuery = queryOptions({
  queryKey: ['alerts', 'rules'],
  queryFn: async ({ signal }) =>
    (await answerOf(rulesApi.$get({}, { init: { signal } }))).alertRules,
});
