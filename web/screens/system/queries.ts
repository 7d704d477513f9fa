import { infiniteQueryOptions } from '@tanstack/react-query';
import { answerOf } from '../../lib/api.ts';
import { cursorOf, limit, paged } from '../../lib/paging.ts';
import { mailsApi, type Mail } from './api.ts';

export const mailsQuery = (status: Mail['status']) =>
  infiniteQueryOptions({
    queryKey: ['mails', status],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        mailsApi.$get({ query: { status, limit, ...cursorOf(pageParam) } }, { init: { signal } }),
      ),
    ...paged,
  });
