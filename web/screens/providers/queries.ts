import { queryOptions } from '@tanstack/react-query';
import { answerOf } from '../../lib/api.ts';
import { providerApi } from './api.ts';

/** Each configured provider; the API asks each of them for its balance. */
export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: async ({ signal }) =>
    (await answerOf(providerApi.providers.$get({}, { init: { signal } }))).providers,
});
