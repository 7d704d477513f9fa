import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, ScheduleOverlapPolicy } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { settingsOf } from '../../activities/sync-schedules.ts';
import type { ScheduleRow } from '../../db/queries/payout-schedules.ts';
import { periodsDue, type Period } from '../../domain/calendar/periods.ts';
import { bundle } from '../../worker/bundle.ts';
import { TASK_QUEUE } from '../../workflows/names.ts';
import { batchView, fakeActivities } from '../support/mock-activities.ts';
import { scheduleRow } from '../support/payout-schedule.ts';
import { withWorker } from '../support/run-worker.ts';
import { createTestNamespace } from '../support/test-namespace.ts';

const FROM = Date.UTC(2026, 0, 1);
const UNTIL = Date.UTC(2031, 0, 1);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Times of day that the clocks of the zone skip once a year or show twice, and a plain one. */
const CASES = [
  ['America/New_York', '02:30'],
  ['America/New_York', '01:30'],
  ['Europe/Berlin', '02:30'],
  ['Australia/Lord_Howe', '02:15'],
  ['Australia/Lord_Howe', '01:45'],
  ['America/Santiago', '00:30'],
  ['America/Santiago', '23:30'],
  ['Africa/Casablanca', '02:30'],
  ['Europe/Berlin', '09:00'],
] as const;

let client: Client;
let namespace: string;

beforeAll(async () => {
  const { temporalAddress: address } = inject('servers');
  namespace = await createTestNamespace();
  client = new Client({ connection: await Connection.connect({ address }), namespace });
});
afterAll(() => client.connection.close());

const paused = (zone: string, timeOfDay: string): ScheduleRow =>
  scheduleRow({ zone, timeOfDay, paused: true, pausedReason: 'asked, not run' });

async function makeSchedule(schedule: ScheduleRow) {
  return client.schedule.create({ scheduleId: schedule.id, ...settingsOf(schedule) });
}

/** When Temporal itself would start the workflow. */
async function firingsOf(schedule: ScheduleRow, from = FROM, until = UNTIL): Promise<number[]> {
  const firings: number[] = [];
  for (let start = from; ;) {
    const { startTime } = await client.workflowService.listScheduleMatchingTimes({
      namespace,
      scheduleId: schedule.id,
      startTime: msToTs(start),
      endTime: msToTs(until),
    });
    // It answers a thousand at most, from the start on, included.
    const next = startTime.map(tsToMs).filter((at) => at > (firings.at(-1) ?? 0));
    const last = next.at(-1);
    if (last === undefined) return firings;
    firings.push(...next);
    start = last;
  }
}

/** The rule of the activity, without a database: what is due within a week and was not run. */
function openBook(schedule: ScheduleRow) {
  const done = new Map<string, number>();
  const runNext = (dueBy: number): Period | null => {
    const due = periodsDue(schedule, new Set(), dueBy - 7 * DAY_MS, dueBy);
    const next = due.find(({ period, runAt }) => runAt >= FROM && !done.has(period)) ?? null;
    if (next) done.set(next.period, dueBy);
    return next;
  };
  return { done, runNext };
}

test.each(CASES)(
  '%s at %s: over 2026 to 2030 each period is run once, within an hour of its time',
  async (zone, timeOfDay) => {
    const schedule = paused(zone, timeOfDay);
    await makeSchedule(schedule);
    const { done, runNext } = openBook(schedule);
    for (const at of await firingsOf(schedule)) while (runNext(at));
    const expected = periodsDue(schedule, new Set(), FROM - 1, UNTIL - HOUR_MS);
    expect(expected.length).toBeGreaterThanOrEqual(1_825);
    const last = expected.length;
    expect([...done.keys()].slice(0, last)).toEqual(expected.map(({ period }) => period));
    const late = expected.map(({ period, runAt }) => (done.get(period) ?? Infinity) - runAt);
    expect(Math.min(...late)).toBe(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(HOUR_MS);
  },
);

test('what Temporal does where clocks leap: the time moves by the gap; some times shown twice fire twice', async () => {
  const onDay = async (zone: string, timeOfDay: string, day: string) => {
    const schedule = paused(zone, timeOfDay);
    await makeSchedule(schedule);
    const noon = Date.parse(`${day}T12:00Z`);
    const firings = await firingsOf(schedule, noon - DAY_MS, noon + DAY_MS / 2);
    const local = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'short',
    });
    return firings
      .filter((at) => local.format(at).startsWith(day))
      .map((at) => `${local.format(at).slice(11)} ${new Date(at).toISOString().slice(11, 16)}Z`);
  };
  expect({
    gap: await onDay('America/New_York', '02:30', '2026-03-08'),
    halfHourGap: await onDay('Australia/Lord_Howe', '02:15', '2026-10-04'),
    overlap: await onDay('America/New_York', '01:30', '2026-11-01'),
    overlapInBerlin: await onDay('Europe/Berlin', '02:30', '2026-10-25'),
    halfHourOverlap: await onDay('Australia/Lord_Howe', '01:45', '2026-04-05'),
  }).toMatchInlineSnapshot(`
    {
      "gap": [
        "03:30 07:30Z",
      ],
      "halfHourGap": [
        "02:45 15:45Z",
        "03:15 16:15Z",
      ],
      "halfHourOverlap": [
        "01:45 15:15Z",
        "02:45 16:15Z",
      ],
      "overlap": [
        "01:30 05:30Z",
        "01:30 06:30Z",
        "02:30 07:30Z",
      ],
      "overlapInBerlin": [
        "02:30 01:30Z",
        "03:30 02:30Z",
      ],
    }
  `);
});

describe('the workflow itself, started by Temporal for days in the past', () => {
  test('around the changes of the clocks in the first and the last of the years: one run a period', async () => {
    const { temporalAddress: address } = inject('servers');
    const connection = await NativeConnection.connect({ address });
    const leaping = CASES.filter(
      ([zone], index) => CASES.findIndex((each) => each[0] === zone) === index,
    );
    const schedules = leaping.map(([zone, timeOfDay]) => paused(zone, timeOfDay));
    const books = new Map(schedules.map((schedule) => [schedule.id, openBook(schedule)]));
    const ran: string[] = [];
    const count = { started: 0, ended: 0 };
    const activities = fakeActivities(batchView(), {
      runSchedule: async ({ scheduleId, dueBy }) => {
        const next = books.get(scheduleId)?.runNext(Date.parse(dueBy)) ?? null;
        if (next) ran.push(`${scheduleId} ${next.period}`);
        else count.ended += 1;
        return { ran: next && { period: next.period, batchId: null } };
      },
    });
    const expected: string[] = [];
    const code = await bundle();
    await withWorker(
      { connection, namespace, taskQueue: TASK_QUEUE, code, activities },
      async () => {
        for (const schedule of schedules) {
          const handle = await makeSchedule(schedule);
          for (const change of changesOf(schedule.zone).filter(inEdgeYears)) {
            const [start, end] = [change - 1.5 * DAY_MS, change + 1.5 * DAY_MS];
            const firings = await firingsOf(schedule, start, end);
            count.started += firings.length;
            const [first = start, last = end] = [firings.at(0), firings.at(-1)];
            const due = periodsDue(schedule, new Set(), first - 7 * DAY_MS, last);
            expected.push(...due.map(({ period }) => `${schedule.id} ${period}`));
            await handle.backfill({
              start: new Date(start),
              end: new Date(end),
              overlap: ScheduleOverlapPolicy.ALLOW_ALL,
            });
          }
        }
        while (count.ended < count.started) await sleep(100);
      },
    );
    await connection.close();
    expect(count.started).toBeGreaterThan(100);
    expect(new Set(ran).size).toBe(ran.length);
    expect(ran.toSorted()).toEqual([...new Set(expected)].toSorted());
  });
});

/** The instants at which the clocks of a zone change, to the hour. */
function changesOf(zone: string): number[] {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const offset = (at: number): string => format.format(at);
  const hours = Array.from(
    { length: (UNTIL - FROM) / HOUR_MS - 1 },
    (_none, hour) => FROM + hour * HOUR_MS,
  );
  return hours.filter((at) => offset(at).split('GMT')[1] !== offset(at + HOUR_MS).split('GMT')[1]);
}

const inEdgeYears = (at: number): boolean => [2026, 2030].includes(new Date(at).getUTCFullYear());
