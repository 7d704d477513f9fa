import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf } from '../../lib/api.ts';
import { cursorOf, limit, paged } from '../../lib/paging.ts';
import { auditApi } from './api.ts';
import type { AuditAsked } from './asked.ts';

/**
 * The log as it was when it was asked for. No event has it read anew: that it was read is a row itself,
 * which would be an event in its turn.
 */
export const auditQuery = (asked: AuditAsked) =>
  infiniteQueryOptions({
    queryKey: ['audit-log', 'list', asked],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        auditApi.$get({ query: { ...asked, limit, ...cursorOf(pageParam) } }, { init: { signal } }),
      ),
    ...paged,
    staleTime: Infinity,
  });

export const auditRowQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit-log', 'one', id],
    queryFn: ({ signal }) =>
      answerOf(auditApi[':id'].$get({ param: { id } }, { init: { signal } })),
    staleTime: Infinity,
  });
