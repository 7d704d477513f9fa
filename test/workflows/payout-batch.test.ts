import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Activities } from '../../activities/index.ts';
import { slotTaken } from '../../activities/failures.ts';
import { WORKFLOW_EVENTS_MAX } from '../../domain/limits.ts';
import { bundle } from '../../worker/bundle.ts';
import { registerSearchAttributes } from '../../worker/namespace.ts';
import {
  cancelSignal,
  pauseSignal,
  progressQuery,
  resumeSignal,
  settledSignal,
  slotFreeSignal,
} from '../../workflows/messages.ts';
import { payoutBatch } from '../../workflows/payout-batch.ts';
import { batchView, fakeActivities } from '../support/mock-activities.ts';
import { withWorker } from '../support/run-worker.ts';
import { createTestNamespace } from '../support/test-namespace.ts';

let client: Client;
let native: NativeConnection;
let namespace: string;
let code: string;

beforeAll(async () => {
  const { temporalAddress: address } = inject('servers');
  namespace = await createTestNamespace();
  client = new Client({ connection: await Connection.connect({ address }), namespace });
  native = await NativeConnection.connect({ address });
  await registerSearchAttributes(client, namespace);
  code = await bundle();
});
afterAll(async () => {
  await native.close();
  await client.connection.close();
});

type Handle = Awaited<ReturnType<typeof startBatch>>;

const startBatch = (batchId: string, taskQueue: string) =>
  client.workflow.start(payoutBatch, {
    workflowId: `batch/${batchId}`,
    taskQueue,
    args: [{ batchId }],
  });

async function running<T>(
  batchId: string,
  activities: Activities,
  work: (handle: Handle) => Promise<T>,
): Promise<T> {
  const taskQueue = `queue-${batchId}`;
  const given = { connection: native, namespace, taskQueue, code, activities };
  return withWorker(given, async () => work(await startBatch(batchId, taskQueue)));
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('not within 10 s');
}

test('a batch without faults goes through all its states, and its progress can be asked', async () => {
  const view = batchView();
  await running('plain', fakeActivities(view), async (handle) => {
    expect(await handle.result()).toEqual({ status: 'COMPLETED' });
    expect(await handle.query(progressQuery)).toMatchObject({
      status: 'COMPLETED',
      payments: 100,
      slicesDone: 1,
    });
  });
});

test('news that the slot is free cuts the wait for it short', async () => {
  const view = batchView();
  let looks = 0;
  let free = false;
  const activities = fakeActivities(view, {
    acquireSlot: async () => {
      looks += 1;
      if (!free) throw slotTaken();
      view.status = 'PROCESSING';
    },
  });
  await running('waits', activities, async (handle) => {
    await until(() => looks >= 3);
    free = true;
    const toldAt = Date.now();
    await handle.signal(slotFreeSignal);
    await handle.result();
    expect(Date.now() - toldAt).toBeLessThan(3_000);
  });
});

test('a pause gives the slot back, and resume goes on where it was', async () => {
  const view = batchView();
  const steps: string[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const activities = fakeActivities(view, {
    submitSlice: async () => {
      steps.push('submit');
      if (steps.length === 1) await held;
      else view.unsettled = 0;
      return { handedOver: 1, inDoubt: 0, halt: null };
    },
    yieldSlot: async () => {
      steps.push('yield');
      view.status = 'QUEUED';
      return { nextBatchId: null };
    },
  });
  await running('pauses', activities, async (handle) => {
    await until(() => steps.includes('submit'));
    await handle.signal(pauseSignal, { actor: 'someone', reason: 'look first' });
    await until(() => view.paused);
    release();
    await until(() => steps.includes('yield'));
    expect((await handle.query(progressQuery)).paused).toBe(true);
    await handle.signal(resumeSignal, { actor: 'someone', reason: 'fine' });
    await handle.result();
    expect(steps).toEqual(['submit', 'yield', 'submit']);
  });
});

test('a halt pauses the batch with its reason instead of failing anything', async () => {
  const view = batchView();
  let reason = '';
  const activities = fakeActivities(view, {
    submitSlice: async () =>
      view.paused || reason === ''
        ? { handedOver: 0, inDoubt: 0, halt: 'HALT insufficient_balance: top up' }
        : ((view.unsettled = 0), { handedOver: 100, inDoubt: 0, halt: null }),
    pauseBatch: async (command) => {
      reason = command.reason;
      view.paused = true;
    },
  });
  await running('halts', activities, async (handle) => {
    await until(() => view.paused && view.status === 'QUEUED');
    expect(reason).toMatch(/insufficient_balance/);
    await handle.signal(resumeSignal, { actor: 'someone', reason: 'topped up' });
    expect(await handle.result()).toEqual({ status: 'COMPLETED' });
  });
});

test('a slice whose worker died is started again, whatever its retry policy has counted', async () => {
  const view = batchView();
  let tries = 0;
  const activities = fakeActivities(view, {
    submitSlice: async () => {
      tries += 1;
      if (tries === 1) {
        throw ApplicationFailure.create({
          message: 'as after four heartbeat timeouts',
          nonRetryable: false,
          nextRetryDelay: 10,
          cause: new TimeoutFailure('heartbeat', undefined, 'HEARTBEAT'),
        });
      }
      if (tries < 6) throw ApplicationFailure.create({ message: 'again', nextRetryDelay: 10 });
      view.unsettled = 0;
      return { handedOver: 100, inDoubt: 0, halt: null };
    },
  });
  await running('dies', activities, async (handle) => {
    expect(await handle.result()).toEqual({ status: 'COMPLETED' });
    expect(tries).toBe(6);
  });
});

test('cancel before the slot ends the batch as CANCELLED', async () => {
  const view = batchView({ paused: true });
  await running('cancels', fakeActivities(view), async (handle) => {
    await handle.signal(cancelSignal, { actor: 'someone', reason: 'wrong month' });
    expect(await handle.result()).toEqual({ status: 'CANCELLED' });
  });
});

test('a storm of signals continues as new below the limit of events and loses no command', async () => {
  const view = batchView({ status: 'SETTLING', unsettled: 1 });
  const activities = fakeActivities(view);
  await running('storms', activities, async (handle) => {
    const storm = Array.from({ length: 1_500 }, () => handle.signal(settledSignal));
    await Promise.all(storm);
    await until(
      async () =>
        (await client.workflow.getHandle('batch/storms').describe()).status.name === 'RUNNING',
    );
    view.unsettled = 0;
    const latest = client.workflow.getHandle('batch/storms');
    await latest.signal(settledSignal);
    expect(await latest.result()).toEqual({ status: 'COMPLETED' });
    const runs = client.workflow.list({ query: `WorkflowId = 'batch/storms'` });
    for await (const run of runs) expect(run.historyLength).toBeLessThan(WORKFLOW_EVENTS_MAX + 600);
  });
}, 180_000);
