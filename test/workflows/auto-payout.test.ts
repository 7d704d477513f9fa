import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Activities } from '../../activities/index.ts';
import type { RunScheduleRequest } from '../../activities/run-schedule.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { bundle } from '../../worker/bundle.ts';
import { autoPayout } from '../../workflows/auto-payout.ts';
import { backfillPayouts } from '../../workflows/backfill-payouts.ts';
import { batchView, fakeActivities } from '../support/mock-activities.ts';
import { withWorker } from '../support/run-worker.ts';
import { createTestNamespace } from '../support/test-namespace.ts';
import { startTimeSkipping } from '../support/time-skipping.ts';

let client: Client;
let native: NativeConnection;
let namespace: string;
let code: string;

beforeAll(async () => {
  const { temporalAddress: address } = inject('servers');
  namespace = await createTestNamespace();
  client = new Client({ connection: await Connection.connect({ address }), namespace });
  native = await NativeConnection.connect({ address });
  code = await bundle();
});
afterAll(async () => {
  await native.close();
  await client.connection.close();
});

const withFakes = <T>(
  taskQueue: string,
  replaced: Partial<Activities>,
  work: () => Promise<T>,
): Promise<T> => {
  const activities = fakeActivities(batchView(), replaced);
  return withWorker({ connection: native, namespace, taskQueue, code, activities }, work);
};

test('runs one period after the other until nothing is due, and tries again what failed', async () => {
  const left = ['day/2026-03-01', 'day/2026-03-02'];
  const asked: RunScheduleRequest[] = [];
  const replaced: Partial<Activities> = {
    runSchedule: async (request) => {
      asked.push(request);
      if (asked.length === 2) throw new Error('the database was away');
      const period = left.shift();
      return { ran: period === undefined ? null : { period, batchId: 'bat' } };
    },
  };
  const taskQueue = 'auto';
  const started = Date.now();
  const ended = await withFakes(taskQueue, replaced, () =>
    client.workflow.execute(autoPayout, {
      workflowId: taskQueue,
      taskQueue,
      args: [{ scheduleId: 'sch' }],
    }),
  );
  expect(ended).toEqual({ periods: ['day/2026-03-01', 'day/2026-03-02'] });
  expect(asked).toHaveLength(4);
  const dueBy = new Set(asked.map((request) => request.dueBy));
  expect(dueBy.size).toBe(1);
  expect(Date.parse([...dueBy][0] ?? '')).toBeGreaterThanOrEqual(started - 60_000);
  expect(asked[0]).toMatchObject({ scheduleId: 'sch', trigger: 'schedule' });
});

test('what a person asks for reaches the activity: the period, and who it is', async () => {
  const asked: RunScheduleRequest[] = [];
  const replaced: Partial<Activities> = {
    runSchedule: async (request) => {
      asked.push(request);
      return { ran: null };
    },
  };
  const taskQueue = 'person';
  const actor = { id: 'key:1', ipAddress: null, userAgent: 'test' };
  await withFakes(taskQueue, replaced, () =>
    client.workflow.execute(autoPayout, {
      workflowId: taskQueue,
      taskQueue,
      args: [{ scheduleId: 'sch', trigger: 'person', period: 'day/2026-03-01', actor }],
    }),
  );
  expect(asked).toMatchObject([{ trigger: 'person', period: 'day/2026-03-01', actor }]);
});

test('a backfill goes on part by part and counts all of them', async () => {
  const parts = [
    { periods: 40, batches: 12, more: true },
    { periods: 40, batches: 3, more: true },
    { periods: 5, batches: 0, more: false },
  ];
  const taskQueue = 'backfill';
  const replaced: Partial<Activities> = {
    backfillPeriods: async () => parts.shift() ?? { periods: 0, batches: 0, more: false },
  };
  const request = { scheduleIds: ['sch'], from: '2026-01-01', to: '2026-03-26', actor: SYSTEM };
  const done = { periods: 100, batches: 50 };
  const ended = await withFakes(taskQueue, replaced, () =>
    client.workflow.execute(backfillPayouts, {
      workflowId: taskQueue,
      taskQueue,
      args: [{ ...request, done }],
    }),
  );
  expect(ended).toEqual({ periods: 185, batches: 65 });
});

test('the server that skips over time has no Schedules, so they are shown with the real one', async (context) => {
  const skipping = await startTimeSkipping();
  if (!skipping) return context.skip();
  const create = skipping.client.schedule.create({
    scheduleId: 'any',
    spec: { calendars: [{ hour: 9 }] },
    action: { type: 'startWorkflow', workflowType: 'any', taskQueue: 'any' },
  });
  await expect(create).rejects.toThrow(/UNIMPLEMENTED|Failed to create schedule/);
  await skipping.teardown();
});
