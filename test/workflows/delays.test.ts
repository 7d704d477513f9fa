import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Activities } from '../../activities/index.ts';
import { leftBehind } from '../../activities/failures.ts';
import { retryDelayMs } from '../../domain/attempt.ts';
import { PARKED_MAX_MS } from '../../domain/limits.ts';
import { clearedSignal } from '../../workflows/messages.ts';
import { payoutBatch } from '../../workflows/payout-batch.ts';
import { resolveUnknown } from '../../workflows/resolve-unknown.ts';
import { batchView, fakeActivities } from '../support/mock-activities.ts';
import { withWorker } from '../support/run-worker.ts';
import { startTimeSkipping } from '../support/time-skipping.ts';
import { bundle } from '../../worker/bundle.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';

const KEYWORD = 2;
let environment: TestWorkflowEnvironment | null = null;
let code = '';

beforeAll(async () => {
  environment = await startTimeSkipping();
  if (!environment) return;
  // This server knows no look-up of attributes, so they are added without asking.
  const names = Object.values(SEARCH_ATTRIBUTES).map(({ name }) => [name, KEYWORD] as const);
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(names),
  });
  code = await bundle();
});
afterAll(async () => {
  await environment?.teardown();
});

async function runWith(
  activities: Activities,
  work: (environment: TestWorkflowEnvironment, queue: string) => Promise<void>,
) {
  if (!environment) throw new Error('no time-skipping server');
  const taskQueue = `delays-${Math.random()}`;
  const running = environment;
  const given = { connection: environment.nativeConnection, taskQueue, code, activities };
  await withWorker(given, () => work(running, taskQueue));
}

test('a payment that fails transiently is tried again after 1, 2 and 4 s and not more', async (context) => {
  if (!environment) return context.skip();
  const view = batchView();
  const at: number[] = [];
  const clock = environment;
  const activities = fakeActivities(view, {
    submitSlice: async () => {
      at.push(await clock.currentTimeMs());
      const failures = at.length;
      if (failures < 4) throw leftBehind(1, retryDelayMs(failures));
      view.unsettled = 0;
      return { handedOver: 99, inDoubt: 0, halt: null };
    },
  });
  await runWith(activities, async ({ client }, taskQueue) => {
    await client.workflow.execute(payoutBatch, {
      workflowId: 'delays',
      taskQueue,
      args: [{ batchId: 'delays' }],
    });
  });
  const waits = at.slice(1).map((instant, index) => instant - (at[index] ?? 0));
  expect(waits).toHaveLength(3);
  [1_000, 2_000, 4_000].forEach((expected, index) => {
    expect(waits[index]).toBeGreaterThanOrEqual(expected);
    expect(waits[index]).toBeLessThan(expected + 900);
  });
});

test('a batch whose webhooks are lost is asked about after 1, 2, 4 … 60 minutes, hourly from then on', async (context) => {
  if (!environment) return context.skip();
  const view = batchView({ status: 'SETTLING', unsettled: 1 });
  const at: number[] = [];
  const clock = environment;
  const started = await clock.currentTimeMs();
  const activities = fakeActivities(view, {
    pollPayments: async () => {
      at.push(await clock.currentTimeMs());
      if (at.length === 9) view.unsettled = 0;
    },
  });
  await runWith(activities, async ({ client }, taskQueue) => {
    await client.workflow.execute(payoutBatch, {
      workflowId: 'polls',
      taskQueue,
      args: [{ batchId: 'polls' }],
    });
  });
  const minutes = at.map((instant, index) =>
    Math.round((instant - (at[index - 1] ?? started)) / 60_000),
  );
  expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('a payment in doubt is looked up for days, ever more rarely, and never given up by itself', async (context) => {
  if (!environment) return context.skip();
  const clock = environment;
  const started = await clock.currentTimeMs();
  let looks = 0;
  const activities = fakeActivities(batchView(), {
    resolveDoubtful: async () => {
      looks += 1;
      return { left: (await clock.currentTimeMs()) - started > 3 * 86_400_000 ? 0 : 1 };
    },
  });
  await runWith(activities, async ({ client }, taskQueue) => {
    await client.workflow.execute(resolveUnknown, {
      workflowId: 'resolve',
      taskQueue,
      args: [{ batchId: 'none', provider: 'mock' }],
    });
  });
  expect(looks).toBeGreaterThan(70);
  expect(looks).toBeLessThan(100);
});

test('a batch scheduled for tomorrow is queued then and not before', async (context) => {
  if (!environment) return context.skip();
  const clock = environment;
  const dueAt = (await clock.currentTimeMs()) + 86_400_000;
  const view = batchView({ status: 'PENDING' });
  let queuedAt = 0;
  const activities = fakeActivities(view, {
    loadBatch: async () => ({
      ...view,
      scheduledInMs: Math.max(0, dueAt - (await clock.currentTimeMs())),
    }),
    queueBatch: async () => {
      queuedAt = await clock.currentTimeMs();
      view.status = 'QUEUED';
    },
  });
  await runWith(activities, async ({ client }, taskQueue) => {
    await client.workflow.execute(payoutBatch, {
      workflowId: 'tomorrow',
      taskQueue,
      args: [{ batchId: 'tomorrow' }],
    });
  });
  expect(queuedAt).toBeGreaterThanOrEqual(dueAt);
});

test('a parked payment waits 90 days for an account, is cancelled then, and the workflow ends', async (context) => {
  if (!environment) return context.skip();
  const clock = environment;
  const dueAt = (await clock.currentTimeMs()) + PARKED_MAX_MS;
  const view = batchView({ status: 'COMPLETED', unsettled: 0, parked: 1 });
  let cancelledAt = 0;
  const activities = fakeActivities(view, {
    loadBatch: async () => ({
      ...view,
      parkedEndsInMs: Math.max(0, dueAt - (await clock.currentTimeMs())),
    }),
    endParked: async () => {
      cancelledAt = await clock.currentTimeMs();
      view.parked = 0;
    },
  });
  await runWith(activities, async ({ client }, taskQueue) => {
    await client.workflow.execute(payoutBatch, {
      workflowId: 'parked',
      taskQueue,
      args: [{ batchId: 'parked' }],
    });
  });
  expect(cancelledAt).toBeGreaterThanOrEqual(dueAt);
  expect(cancelledAt).toBeLessThan(dueAt + 60_000);
});

test('a parked payment whose account is verified on day 89 goes on by itself and is not cancelled', async (context) => {
  if (!environment) return context.skip();
  const clock = environment;
  const dueAt = (await clock.currentTimeMs()) + PARKED_MAX_MS;
  const view = batchView({ status: 'COMPLETED', unsettled: 0, parked: 1 });
  const steps: string[] = [];
  const activities = fakeActivities(view, {
    loadBatch: async () => ({
      ...view,
      parkedEndsInMs: Math.max(0, dueAt - (await clock.currentTimeMs())),
    }),
    continueParked: async () => {
      steps.push('continued');
      Object.assign(view, { parked: 0, continuable: 0, status: 'QUEUED', unsettled: 1 });
    },
    endParked: async () => void steps.push('cancelled'),
  });
  await runWith(activities, async ({ client, sleep }, taskQueue) => {
    const handle = await client.workflow.start(payoutBatch, {
      workflowId: 'verified-late',
      taskQueue,
      args: [{ batchId: 'verified-late' }],
    });
    await sleep(89 * 86_400_000);
    view.continuable = 1;
    await handle.signal(clearedSignal);
    expect(await handle.result()).toEqual({ status: 'COMPLETED' });
  });
  expect(steps).toEqual(['continued']);
});
