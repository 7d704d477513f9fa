import { infiniteQueryOptions } from '@tanstack/react-query';
import { answerOf, type AnswerOf } from '../../lib/api.ts';
import { cursorOf, limit, paged } from '../../lib/paging.ts';
import { recipientsApi } from './api.ts';

type Asked = Parameters<typeof recipientsApi.affiliates.$get>[0]['query'];
export type RecipientFilter = Omit<Asked, 'cursor' | 'limit'>;
export type Recipient = AnswerOf<typeof recipientsApi.affiliates.$get>['affiliates'][number];

/** Everybody who may be paid, newest first. */
export const recipientsQuery = (filter: RecipientFilter) =>
  infiniteQueryOptions({
    queryKey: ['recipients', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        recipientsApi.affiliates.$get(
          { query: { ...filter, limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });
