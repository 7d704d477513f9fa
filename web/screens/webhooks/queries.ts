import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf } from '../../lib/api.ts';
import { cursorOf, limit, paged } from '../../lib/paging.ts';
import { present } from '../../lib/search.ts';
import type { ProviderName } from '../../lib/words.ts';
import { endpointApi, eventApi } from './api.ts';
import type { DeliveryState, EventResult } from './words.ts';

export interface EventFilter {
  provider?: ProviderName | undefined;
  result?: EventResult | undefined;
  paymentId?: string | undefined;
  batchId?: string | undefined;
}

/** Stored events of providers, newest first. */
export const eventsQuery = (filter: EventFilter) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', 'in', filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        eventApi['webhook-events'].$get(
          { query: { ...present(filter), limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

/** One stored event with what may be read of its body. */
export const eventQuery = (provider: ProviderName, eventId: string) =>
  queryOptions({
    queryKey: ['webhooks', 'in', 'one', provider, eventId],
    queryFn: ({ signal }) =>
      answerOf(
        eventApi['webhook-events'][':provider'][':eventId'].$get(
          { param: { provider, eventId: encodeURIComponent(eventId) } },
          { init: { signal } },
        ),
      ),
  });

/** Events that were not proved to be a provider's, as the audit log has them. */
export const refusedQuery = infiniteQueryOptions({
  queryKey: ['webhooks', 'refused'],
  queryFn: ({ pageParam, signal }) =>
    answerOf(
      eventApi['audit-logs'].$get(
        { query: { action: 'webhook.rejected', limit, ...cursorOf(pageParam) } },
        { init: { signal } },
      ),
    ),
  ...paged,
});

export const endpointsQuery = queryOptions({
  queryKey: ['webhooks', 'endpoints'],
  queryFn: async ({ signal }) =>
    (await answerOf(endpointApi.$get({}, { init: { signal } }))).endpoints,
});

export const deliveriesQuery = (id: string, status: DeliveryState | undefined) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', 'deliveries', id, status ?? 'ALL'],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        endpointApi[':id'].deliveries.$get(
          { param: { id }, query: { limit, ...(status && { status }), ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

/** The newest deliveries of an endpoint, by which its health is told. */
export const recentDeliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'recent', id],
    queryFn: async ({ signal }) =>
      (
        await answerOf(
          endpointApi[':id'].deliveries.$get(
            { param: { id }, query: { limit: '50' } },
            { init: { signal } },
          ),
        )
      ).deliveries,
  });
