import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf, type AnswerOf } from '../../lib/api.ts';
import { cursorOf, limit, paged } from '../../lib/paging.ts';
import { accessApi, ownApi, riskApi, rolesApi } from './api.ts';

export type Person = AnswerOf<typeof rolesApi.users.$get>['users'][number];
/** A role that somebody holds. */
export type RoleName = NonNullable<Person['role']>;
export type RoleMatrix = AnswerOf<typeof rolesApi.roles.$get>;
export type ApiKey = AnswerOf<(typeof accessApi)['api-keys']['$get']>['apiKeys'][number];
export type AllowList = AnswerOf<(typeof accessApi)['allow-lists']['$get']>['allowLists'][number];
export type Policy = AnswerOf<(typeof accessApi)['security-policy']['$get']>['policy'];
export type RiskEvent = AnswerOf<typeof riskApi.$get>['riskEvents'][number];
export type OwnSession = AnswerOf<typeof ownApi.sessions.$get>['sessions'][number];

type RiskFilter = Omit<Parameters<typeof riskApi.$get>[0]['query'], 'cursor' | 'limit'>;
type PeopleFilter = Omit<Parameters<typeof rolesApi.users.$get>[0]['query'], 'cursor' | 'limit'>;

export const peopleQuery = (filter: PeopleFilter) =>
  infiniteQueryOptions({
    queryKey: ['people', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        rolesApi.users.$get(
          { query: { ...filter, limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

/** Which permissions each role holds; it is part of the product and does not change while it runs. */
export const matrixQuery = queryOptions({
  queryKey: ['people', 'matrix'],
  queryFn: ({ signal }) => answerOf(rolesApi.roles.$get({}, { init: { signal } })),
  staleTime: Infinity,
});

const SHORT = '20';

export const roleHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: ['people', 'history', id],
    queryFn: async ({ signal }) =>
      (
        await answerOf(
          rolesApi.users[':id'].history.$get(
            { param: { id }, query: { limit: SHORT } },
            { init: { signal } },
          ),
        )
      ).changes,
  });

export const signInsQuery = (id: string) =>
  queryOptions({
    queryKey: ['people', 'sign-ins', id],
    queryFn: async ({ signal }) =>
      (
        await answerOf(
          rolesApi.users[':id']['sign-ins'].$get(
            { param: { id }, query: { limit: SHORT } },
            { init: { signal } },
          ),
        )
      ).signIns,
  });

export const keysQuery = queryOptions({
  queryKey: ['keys', 'list'],
  queryFn: async ({ signal }) =>
    (await answerOf(accessApi['api-keys'].$get({}, { init: { signal } }))).apiKeys,
});

export const allowListsQuery = queryOptions({
  queryKey: ['keys', 'allow-lists'],
  queryFn: async ({ signal }) =>
    (await answerOf(accessApi['allow-lists'].$get({}, { init: { signal } }))).allowLists,
});

export const risksQuery = (filter: RiskFilter) =>
  infiniteQueryOptions({
    queryKey: ['risk', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        riskApi.$get({ query: { ...filter, limit, ...cursorOf(pageParam) } }, { init: { signal } }),
      ),
    ...paged,
  });

export const riskQuery = (id: string) =>
  queryOptions({
    queryKey: ['risk', 'one', id],
    queryFn: async ({ signal }) =>
      (await answerOf(riskApi[':id'].$get({ param: { id } }, { init: { signal } }))).riskEvent,
  });

export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: async ({ signal }) =>
    (await answerOf(accessApi['security-policy'].$get({}, { init: { signal } }))).policy,
});

export const ratesQuery = queryOptions({
  queryKey: ['policy', 'rates'],
  queryFn: async ({ signal }) =>
    (await answerOf(accessApi['currency-rates'].$get({}, { init: { signal } }))).rates,
});

export const ownSessionsQuery = queryOptions({
  queryKey: ['people', 'own-sessions'],
  queryFn: async ({ signal }) =>
    (await answerOf(ownApi.sessions.$get({}, { init: { signal } }))).sessions,
});
