import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ApiError } from '../../lib/api-error.ts';
import { answerOf, type AnswerOf } from '../../lib/api.ts';
import { cursorOf, limit, paged } from '../../lib/paging.ts';
import { approvalRuleApi, ruleApi, scheduleApi } from './api.ts';

export type Programme = AnswerOf<typeof ruleApi.programmes.$get>['programmes'][number];
export type Rule = AnswerOf<typeof ruleApi.rules.$get>['rules'][number];
export type RuleVersion = Rule['latest'];
export type Terms = RuleVersion['terms'];
export type DryRun = AnswerOf<(typeof ruleApi.rules)['dry-run']['$post']>;
export type Schedule = AnswerOf<typeof scheduleApi.schedules.$get>['schedules'][number];
export type ScheduleRun = AnswerOf<
  (typeof scheduleApi.schedules)[':id']['runs']['$get']
>['runs'][number];
export type ApprovalRule = AnswerOf<
  (typeof approvalRuleApi)['approval-rules']['$get']
>['approvalRules'][number];

/** More programmes than that are looked up by their id. */
const PROGRAMMES_MAX = '1000';
/** The next runs of each are reckoned for the answer, so a page of them is small. */
const SCHEDULES_PAGE = '50';

export const programmesQuery = queryOptions({
  queryKey: ['rules', 'programmes'],
  queryFn: async ({ signal }) =>
    (
      await answerOf(
        ruleApi.programmes.$get({ query: { limit: PROGRAMMES_MAX } }, { init: { signal } }),
      )
    ).programmes,
});

export const rulesQuery = (programmeId: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['rules', 'list', programmeId ?? 'ALL'],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        ruleApi.rules.$get(
          { query: { limit, ...(programmeId && { programmeId }), ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ['rules', 'one', id],
    queryFn: ({ signal }) =>
      answerOf(ruleApi.rules[':id'].$get({ param: { id } }, { init: { signal } })),
  });

export const schedulesQuery = (programmeId: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['schedules', 'list', programmeId ?? 'ALL'],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        scheduleApi.schedules.$get(
          {
            query: {
              limit: SCHEDULES_PAGE,
              ...(programmeId && { programmeId }),
              ...cursorOf(pageParam),
            },
          },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

export const scheduleQuery = (id: string) =>
  queryOptions({
    queryKey: ['schedules', 'one', id],
    queryFn: async ({ signal }) =>
      (await answerOf(scheduleApi.schedules[':id'].$get({ param: { id } }, { init: { signal } })))
        .schedule,
  });

export const runsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['schedules', 'runs', id],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        scheduleApi.schedules[':id'].runs.$get(
          { param: { id }, query: { limit: '20', ...cursorOf(pageParam) } },
          { init: { signal } },
        ),
      ),
    ...paged,
  });

/** A backfill that runs is told by no event. */
const BACKFILL_MS = 5_000;

/** The last backfill of a schedule; null where its history is gone. Asked only where one was made. */
export const backfillQuery = (id: string) =>
  queryOptions({
    queryKey: ['schedules', 'backfill', id],
    queryFn: async ({ signal }) => {
      try {
        const answer = scheduleApi.backfills[':id'].$get({ param: { id } }, { init: { signal } });
        return (await answerOf(answer)).backfill;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (state.data?.status === 'RUNNING' ? BACKFILL_MS : false),
  });

export const calendarsQuery = queryOptions({
  queryKey: ['schedules', 'calendars'],
  queryFn: async ({ signal }) =>
    (await answerOf(scheduleApi['holiday-calendars'].$get({}, { init: { signal } }))).calendars,
});

export const calendarQuery = (name: string) =>
  queryOptions({
    queryKey: ['schedules', 'calendar', name],
    queryFn: async ({ signal }) =>
      (
        await answerOf(
          scheduleApi['holiday-calendars'][':name'].$get({ param: { name } }, { init: { signal } }),
        )
      ).calendar,
  });

export const approvalRulesQuery = queryOptions({
  queryKey: ['approval-rules'],
  queryFn: async ({ signal }) =>
    (await answerOf(approvalRuleApi['approval-rules'].$get({}, { init: { signal } })))
      .approvalRules,
});
