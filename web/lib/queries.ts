import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  answerOf,
  authApi,
  batchApi,
  payeeApi,
  paymentApi,
  serviceApi,
  type AnswerOf,
} from './api.ts';
import { ApiError } from './api-error.ts';
import { cursorOf, limit, paged } from './paging.ts';

export type Session = AnswerOf<typeof authApi.auth.session.$get>['session'];
export type Batch = AnswerOf<typeof batchApi.batches.$get>['batches'][number];
export type BatchDetail = AnswerOf<(typeof batchApi.batches)[':id']['$get']>['batch'];
export type Approvals = AnswerOf<
  (typeof batchApi.batches)[':id']['approvals']['$get']
>['approvals'];
export type Payment = AnswerOf<typeof paymentApi.payments.$get>['payments'][number];
export type PaymentDetail = AnswerOf<(typeof paymentApi.payments)[':id']['$get']>;
export type Payable = AnswerOf<typeof payeeApi.affiliates.payable.$get>['affiliates'][number];
export type Preview = AnswerOf<typeof batchApi.batches.preview.$post>;
export type Health = AnswerOf<typeof serviceApi.health.$get>;
export type Permission = Session['permissions'][number];

type Query<Call> = Call extends (args: { query: infer Asked }) => unknown ? Asked : never;
export type BatchFilter = Omit<Query<typeof batchApi.batches.$get>, 'cursor' | 'limit'>;
export type PayableFilter = Omit<
  Query<typeof payeeApi.affiliates.payable.$get>,
  'cursor' | 'limit'
>;

/** Who is signed in; null where nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    try {
      return (await answerOf(authApi.auth.session.$get({}, { init: { signal } }))).session;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** What the caller may do from here, and why not. */
export const permissionsQuery = queryOptions({
  queryKey: ['permissions'],
  queryFn: ({ signal }) =>
    answerOf(authApi.admin.auth['check-permissions'].$get({ query: {} }, { init: { signal } })),
  staleTime: 60_000,
});

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => answerOf(serviceApi.health.$get({}, { init: { signal } })),
});

export const payablesQuery = (filter: PayableFilter) =>
  infiniteQueryOptions({
    queryKey: ['payables', filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        payeeApi.affiliates.payable.$get(
          { query: { ...filter, limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

/**
 * That nothing happens is told by no event: what should move is asked for again after so long a silence.
 * Each event that has it asked for begins that time anew.
 */
const SILENCE_MS = 10_000;
const mayStall = ({ status, pausedReason }: Pick<Batch, 'status' | 'pausedReason'>): boolean =>
  pausedReason === null && ['QUEUED', 'PROCESSING', 'SETTLING'].includes(status);

export const batchesQuery = (filter: BatchFilter) =>
  infiniteQueryOptions({
    queryKey: ['batches', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        batchApi.batches.$get(
          { query: { ...filter, limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ batches }) => batches.some(mayStall)) ? SILENCE_MS : false,
  });

export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ['batches', 'one', id],
    queryFn: async ({ signal }) =>
      (await answerOf(batchApi.batches[':id'].$get({ param: { id } }, { init: { signal } }))).batch,
    refetchInterval: ({ state }) => (state.data && mayStall(state.data) ? SILENCE_MS : false),
  });

export const approvalsQuery = (id: string) =>
  queryOptions({
    queryKey: ['batches', 'approvals', id],
    queryFn: async ({ signal }) =>
      (
        await answerOf(
          batchApi.batches[':id'].approvals.$get({ param: { id } }, { init: { signal } }),
        )
      ).approvals,
  });

export const batchPaymentsQuery = (id: string, status: Payment['status'] | undefined) =>
  infiniteQueryOptions({
    queryKey: ['payments', 'of', id, status ?? 'ALL'],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        batchApi.batches[':id'].payments.$get(
          { param: { id }, query: { limit, ...(status && { status }), ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

export const exclusionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['batches', 'exclusions', id],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        batchApi.batches[':id'].exclusions.$get(
          { param: { id }, query: { limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

export const ledgerOfBatchQuery = (batchId: string) =>
  infiniteQueryOptions({
    queryKey: ['ledger', batchId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        serviceApi.ledger.entries.$get(
          { query: { batchId, limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

export const failedPaymentsQuery = queryOptions({
  queryKey: ['payments', 'list', 'FAILED'],
  queryFn: ({ signal }) =>
    answerOf(
      paymentApi.payments.$get({ query: { status: 'FAILED', limit: '20' } }, { init: { signal } }),
    ),
});

export const openCasesQuery = queryOptions({
  queryKey: ['cases', 'open'],
  queryFn: ({ signal }) =>
    answerOf(
      serviceApi.cases.$get({ query: { status: 'OPEN', limit: '20' } }, { init: { signal } }),
    ),
});

export const paymentQuery = (id: string) =>
  queryOptions({
    queryKey: ['payments', 'one', id],
    queryFn: ({ signal }) =>
      answerOf(paymentApi.payments[':id'].$get({ param: { id } }, { init: { signal } })),
  });

export const whyQuery = (id: string) =>
  queryOptions({
    queryKey: ['payments', 'why', id],
    queryFn: ({ signal }) =>
      answerOf(paymentApi.payments[':id'].why.$get({ param: { id } }, { init: { signal } })),
  });
