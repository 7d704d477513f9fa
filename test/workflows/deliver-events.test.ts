import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Activities } from '../../activities/index.ts';
import { deliverEvents } from '../../workflows/deliver-events.ts';
import { eventsDueSignal } from '../../workflows/messages.ts';
import { outgoingQueueAt } from '../../workflows/names.ts';
import { bundle } from '../../worker/bundle.ts';
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

const args: [{ endpointId: string }] = [{ endpointId: 'whe_1' }];

/** The workflow on one queue, its activity on the queue that is only for endpoints. */
async function withWorkers<T>(
  { nativeConnection: connection }: TestWorkflowEnvironment,
  taskQueue: string,
  activities: Pick<Activities, 'deliverEvents'>,
  work: () => Promise<T>,
): Promise<T> {
  const main = await Worker.create({ connection, taskQueue, workflowBundle: { code } });
  const outgoing = await Worker.create({
    connection,
    taskQueue: outgoingQueueAt(taskQueue),
    activities,
  });
  return main.runUntil(() => outgoing.runUntil(work));
}

test('what was not taken is tried again when it is due, until nothing waits', async (context) => {
  if (!environment) return context.skip();
  const clock = environment;
  const looks: number[] = [];
  const waits = [5_000, 30_000, 43_200_000];
  const taskQueue = `deliver-${Math.random()}`;
  const activities: Pick<Activities, 'deliverEvents'> = {
    deliverEvents: async ({ endpointId }) => {
      expect(endpointId).toBe('whe_1');
      looks.push(await clock.currentTimeMs());
      const nextMs = waits[looks.length - 1];
      return { left: nextMs === undefined ? 0 : 1, nextMs: nextMs ?? 250 };
    },
  };
  await withWorkers(environment, taskQueue, activities, () =>
    clock.client.workflow.execute(deliverEvents, { workflowId: taskQueue, taskQueue, args }),
  );
  expect(looks).toHaveLength(4);
  looks.slice(1).forEach((atMs, index) => {
    expect(atMs - (looks[index] ?? 0)).toBeGreaterThanOrEqual(waits[index] ?? 0);
  });
});

test('news end a long wait at once; news during the last look are not lost', async (context) => {
  if (!environment) return context.skip();
  const { client } = environment;
  const taskQueue = `deliver-${Math.random()}`;
  const handle = client.workflow.getHandle(taskQueue);
  let looks = 0;
  const activities: Pick<Activities, 'deliverEvents'> = {
    deliverEvents: async () => {
      looks += 1;
      if (looks === 2) await handle.signal(eventsDueSignal);
      return { left: looks === 1 ? 1 : 0, nextMs: 43_200_000 };
    },
  };
  await withWorkers(environment, taskQueue, activities, async () => {
    await client.workflow.start(deliverEvents, { workflowId: taskQueue, taskQueue, args });
    await expect.poll(() => looks, { timeout: 20_000 }).toBe(1);
    await handle.signal(eventsDueSignal);
    await handle.result();
  });
  expect(looks).toBe(3);
});

test('a run with a long history goes on as a new one', async (context) => {
  if (!environment) return context.skip();
  const { client } = environment;
  const taskQueue = `deliver-${Math.random()}`;
  let looks = 0;
  const activities: Pick<Activities, 'deliverEvents'> = {
    deliverEvents: async () => {
      looks += 1;
      return { left: looks < 500 ? 1 : 0, nextMs: 250 };
    },
  };
  const runs = await withWorkers(environment, taskQueue, activities, async () => {
    const start = { workflowId: taskQueue, taskQueue, args };
    const { firstExecutionRunId } = await client.workflow.start(deliverEvents, start);
    const handle = client.workflow.getHandle(taskQueue);
    await handle.result();
    return [firstExecutionRunId, (await handle.describe()).runId];
  });
  expect(looks).toBe(500);
  expect(runs[0]).not.toBe(runs[1]);
});
