import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf, batchApi, paymentApi, type AnswerOf } from '../../lib/api.ts';
import { cursorOf, limit, paged } from '../../lib/paging.ts';
import type { ProviderName } from '../../lib/words.ts';
import { affiliateApi, besideApi } from './api.ts';
import type { COMMISSION_CHOICES } from './search.ts';

const one = affiliateApi.affiliates[':id'];

export type Person = AnswerOf<typeof one.$get>['affiliate'];
export type Account = Person['accounts'][number];
export type Why = AnswerOf<(typeof one)['why-not-paid']['$get']>;
export type WhyCurrency = Why['currencies'][number];
export type Hold = AnswerOf<typeof besideApi.holds.$get>['holds'][number];
export type Debt = AnswerOf<typeof besideApi.debts.$get>['debts'][number];
export type Commission = AnswerOf<
  (typeof besideApi.affiliates)[':id']['commissions']['$get']
>['commissions'][number];
export type CommissionChoice = (typeof COMMISSION_CHOICES)[number];
export type Statements = AnswerOf<typeof one.statements.$get>;
export type Statement = Statements['statements'][number];
export type Terms = AnswerOf<typeof one.terms.$get>;
export type Forecast = AnswerOf<typeof one.forecast.$get>;

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ['recipients', 'one', id],
    queryFn: async ({ signal }) =>
      (await answerOf(one.$get({ param: { id } }, { init: { signal } }))).affiliate,
  });

/** What is payable, and everything against paying it now. */
export const whyNotPaidQuery = (id: string, provider: ProviderName | undefined) =>
  queryOptions({
    queryKey: ['recipients', 'why', id, provider ?? 'usual'],
    queryFn: ({ signal }) =>
      answerOf(
        one['why-not-paid'].$get(
          { param: { id }, query: provider ? { provider } : {} },
          { init: { signal } },
        ),
      ),
  });

/** Holds of the payee itself, also released ones, newest first. */
export const holdsQuery = (id: string) =>
  queryOptions({
    queryKey: ['recipients', 'holds', id],
    queryFn: async ({ signal }) =>
      (
        await answerOf(
          besideApi.holds.$get(
            { query: { subject: 'payee', id, limit: '50' } },
            { init: { signal } },
          ),
        )
      ).holds,
  });

export const debtsQuery = (affiliateId: string) =>
  queryOptions({
    queryKey: ['recipients', 'debts', affiliateId],
    queryFn: async ({ signal }) =>
      (await answerOf(besideApi.debts.$get({ query: { affiliateId } }, { init: { signal } })))
        .debts,
  });

export const commissionsQuery = (id: string, status: CommissionChoice | undefined) =>
  infiniteQueryOptions({
    queryKey: ['recipients', 'commissions', id, status ?? 'payable'],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        besideApi.affiliates[':id'].commissions.$get(
          { param: { id }, query: { limit, ...(status && { status }), ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

export const commissionWhyQuery = (id: string) =>
  queryOptions({
    queryKey: ['recipients', 'commission', id],
    queryFn: ({ signal }) =>
      answerOf(besideApi.commissions[':id'].why.$get({ param: { id } }, { init: { signal } })),
  });

export const paymentsOfQuery = (affiliateId: string) =>
  infiniteQueryOptions({
    queryKey: ['payments', 'list', 'recipient', affiliateId],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        paymentApi.payments.$get(
          { query: { affiliateId, limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

/** Looking at statements is written into the audit log, so no event asks for them again. */
export const statementsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['statements', id],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        one.statements.$get(
          { param: { id }, query: { limit, ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

export const termsQuery = (id: string) =>
  queryOptions({
    queryKey: ['rules', 'terms', id],
    queryFn: ({ signal }) =>
      answerOf(one.terms.$get({ param: { id }, query: {} }, { init: { signal } })),
  });

export const forecastQuery = (id: string, currency: string) =>
  queryOptions({
    queryKey: ['recipients', 'forecast', id, currency],
    queryFn: ({ signal }) =>
      answerOf(one.forecast.$get({ param: { id }, query: { currency } }, { init: { signal } })),
  });

/** What a payment made now would come to; judged anew each time the dialog opens. */
export const quickPreviewQuery = (id: string, currency: string, provider: ProviderName) =>
  queryOptions({
    queryKey: ['recipients', 'preview', id, currency, provider],
    queryFn: ({ signal }) =>
      answerOf(
        batchApi.batches.preview.$post(
          { json: { affiliateIds: [id], currency, provider } },
          { init: { signal } },
        ),
      ),
    staleTime: 0,
    gcTime: 0,
  });
