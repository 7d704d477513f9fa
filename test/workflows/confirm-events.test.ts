import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsWaitingSignal } from '../../workflows/messages.ts';
import { confirmEvents } from '../../workflows/confirm-events.ts';
import { bundle } from '../../worker/bundle.ts';
import { batchView, fakeActivities } from '../support/mock-activities.ts';
import { withWorker } from '../support/run-worker.ts';
import { startTimeSkipping } from '../support/time-skipping.ts';

let environment: TestWorkflowEnvironment | null = null;
let code = '';

beforeAll(async () => {
  environment = await startTimeSkipping();
  if (environment) code = await bundle();
});
afterAll(async () => {
  await environment?.teardown();
});

test('events that wait are looked at again when they are due, from where the last look was, until none waits', async (context) => {
  if (!environment) return context.skip();
  const { client, nativeConnection: connection } = environment;
  const clock = environment;
  const looks: { since: string | undefined; atMs: number }[] = [];
  const waits = [1_000, 2_000, 3_600_000, 3_600_000];
  const activities = fakeActivities(batchView(), {
    confirmEvents: async ({ since }) => {
      looks.push({ since, atMs: await clock.currentTimeMs() });
      const nextMs = waits[looks.length - 1];
      return {
        left: nextMs === undefined ? 0 : 1,
        nextMs: nextMs ?? 0,
        at: `look ${looks.length}`,
      };
    },
  });
  const taskQueue = `confirm-${Math.random()}`;
  await withWorker({ connection, taskQueue, code, activities }, () =>
    client.workflow.execute(confirmEvents, {
      workflowId: taskQueue,
      taskQueue,
      args: [{ provider: 'mock' }],
    }),
  );
  expect(looks.map(({ since }) => since)).toEqual([
    undefined,
    'look 1',
    'look 2',
    'look 3',
    'look 4',
  ]);
  looks.slice(1).forEach(({ atMs }, index) => {
    expect(atMs - (looks[index]?.atMs ?? 0)).toBeGreaterThanOrEqual(waits[index] ?? 0);
  });
});

test('news during a long wait are looked at; news during the last look are not lost', async (context) => {
  if (!environment) return context.skip();
  const { client, nativeConnection: connection } = environment;
  const taskQueue = `confirm-${Math.random()}`;
  const handle = client.workflow.getHandle(taskQueue);
  let looks = 0;
  const activities = fakeActivities(batchView(), {
    confirmEvents: async () => {
      looks += 1;
      // The last event ends here, and another one is stored before this look is over.
      if (looks === 2) await handle.signal(eventsWaitingSignal);
      return { left: looks === 1 ? 1 : 0, nextMs: 86_400_000_000, at: `look ${looks}` };
    },
  });
  await withWorker({ connection, taskQueue, code, activities }, async () => {
    await client.workflow.start(confirmEvents, {
      workflowId: taskQueue,
      taskQueue,
      args: [{ provider: 'mock' }],
    });
    await expect.poll(() => looks, { timeout: 20_000 }).toBe(1);
    await handle.signal(eventsWaitingSignal);
    await expect.poll(() => looks, { timeout: 20_000 }).toBe(3);
    await handle.result();
  });
  expect(looks).toBe(3);
});
