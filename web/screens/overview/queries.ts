import { queryOptions } from '@tanstack/react-query';
import { answerOf } from '../../lib/api.ts';
import type { TimeZoneChoice } from '../../lib/time.ts';
import { overviewApi, type MethodsReport, type SummaryReport, type Way } from './api.ts';

/** A report that was looked at is a row of the audit log: figures are read anew no more often than that. */
const FIGURES_MS = 300_000;
const DAYS = 7;
const DAY_MS = 86_400_000;
const LISTED_MAX = '20';

/** Where days begin, as a report takes it. */
const zoneName = (zone: TimeZoneChoice): string =>
  zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A day of that zone, so many after today. */
const dayIn = (zone: string, days: number): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: zone }).format(
    Date.now() + days * DAY_MS,
  );

const figures = { staleTime: FIGURES_MS, refetchInterval: FIGURES_MS } as const;

/** What was paid today, by currency. */
export const paidTodayQuery = (choice: TimeZoneChoice) =>
  queryOptions({
    queryKey: ['overview-figures', 'today', choice],
    queryFn: async ({ signal }) => {
      const zone = zoneName(choice);
      const query = { from: dayIn(zone, 0), to: dayIn(zone, 1), zone };
      const { rows } = (await answerOf(
        overviewApi.reports.summary.$get({ query }, { init: { signal } }),
      )) as SummaryReport;
      const paid = rows.filter(({ measure }) => measure === 'paid');
      return {
        amounts: Object.fromEntries(
          paid.filter(({ payments }) => payments > 0).map((row) => [row.currency, row.amount]),
        ),
        payments: paid.reduce((sum, { payments }) => sum + payments, 0),
      };
    },
    ...figures,
  });

/** The ways of paying of the last days, those with most payments first. */
export const waysQuery = (choice: TimeZoneChoice) =>
  queryOptions({
    queryKey: ['overview-figures', 'ways', choice],
    queryFn: async ({ signal }): Promise<Way[]> => {
      const zone = zoneName(choice);
      const query = { from: dayIn(zone, 1 - DAYS), to: dayIn(zone, 1), zone };
      const { rows } = (await answerOf(
        overviewApi.reports.methods.$get({ query }, { init: { signal } }),
      )) as MethodsReport;
      return rows.toSorted((one, other) => other.payments - one.payments);
    },
    ...figures,
  });

/** The run of a schedule that comes first; null where none will come. */
export const nextRunQuery = queryOptions({
  queryKey: ['schedules', 'next-run'],
  queryFn: async ({ signal }) => {
    const { schedules } = await answerOf(
      overviewApi.schedules.$get({ query: {} }, { init: { signal } }),
    );
    const runs = schedules.flatMap(({ paused, provider, currency, nextRuns }) =>
      paused ? [] : nextRuns.slice(0, 1).map(({ runAt }) => ({ runAt, provider, currency })),
    );
    return runs.toSorted((one, other) => (one.runAt < other.runAt ? -1 : 1))[0] ?? null;
  },
});

/** Alerts that fire and that nobody sees to. */
export const openAlertsQuery = queryOptions({
  queryKey: ['alerts', 'list', 'open'],
  queryFn: async ({ signal }) => {
    const { alerts } = await answerOf(
      overviewApi.alerts.$get(
        { query: { status: 'FIRING', limit: LISTED_MAX } },
        { init: { signal } },
      ),
    );
    return alerts.filter(({ acknowledgedAt }) => acknowledgedAt === null);
  },
});
