import { ApplicationFailure } from '@temporalio/common';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Activities } from '../../activities/index.ts';
import { dayOf, daysBefore } from '../../domain/day.ts';
import { reconcileWorkflowId, watchWorkflowId } from '../../domain/ids.ts';
import { bundle } from '../../worker/bundle.ts';
import { daily } from '../../workflows/daily.ts';
import { reconcileAskedSignal } from '../../workflows/messages.ts';
import { reconcile } from '../../workflows/reconcile.ts';
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
  code = await bundle();
});
afterAll(async () => {
  await native.close();
  await client.connection.close();
});

const DAY = '2026-01-31';

const withFakes = <T>(
  taskQueue: string,
  replaced: Partial<Activities>,
  work: () => Promise<T>,
): Promise<T> => {
  const activities = fakeActivities(batchView(), replaced);
  return withWorker({ connection: native, namespace, taskQueue, code, activities }, work);
};

/** A promise to be resolved from outside. */
function releasable(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve: () => resolve() };
}

test('one that is asked for while another ends is carried out in the same workflow', async () => {
  const done: string[] = [];
  const queued = ['second'];
  const handle = () => client.workflow.getHandle(reconcileWorkflowId('mock', DAY));
  const replaced: Partial<Activities> = {
    beginReconciliation: async ({ provider, day }) => ({
      reconciliationId: 'first',
      provider,
      day,
    }),
    joinReconciliation: async ({ provider, day }) => {
      const reconciliationId = queued.shift();
      return reconciliationId === undefined ? null : { reconciliationId, provider, day };
    },
    compareBooks: async ({ reconciliationId }) => {
      done.push(reconciliationId);
      // As the API does for a request that comes between the end of the run and that of the workflow.
      if (reconciliationId === 'first') await handle().signal(reconcileAskedSignal);
      return { differences: 0, healed: 0 };
    },
  };
  const end = await withFakes('reconcile-asked', replaced, () =>
    client.workflow.execute(reconcile, {
      workflowId: reconcileWorkflowId('mock', DAY),
      taskQueue: 'reconcile-asked',
      args: [{ provider: 'mock', day: DAY, requestedBy: 'key:test' }],
    }),
  );
  expect(done).toEqual(['first', 'second']);
  expect(end).toMatchObject({ reconciliationId: 'second', status: 'DONE' });
});

test('a failure that no repetition heals ends the run FAILED, and the workflow in order', async () => {
  const failures: unknown[] = [];
  const replaced: Partial<Activities> = {
    loadTransfers: async () => {
      throw ApplicationFailure.nonRetryable('the key is not accepted', 'invalid_credentials');
    },
    failReconciliation: async (given) => void failures.push(given),
  };
  const end = await withFakes('reconcile-failed', replaced, () =>
    client.workflow.execute(reconcile, {
      workflowId: 'reconcile/mock/failed',
      taskQueue: 'reconcile-failed',
      args: [{ provider: 'mock', day: DAY, requestedBy: 'key:test' }],
    }),
  );
  expect(end).toMatchObject({ status: 'FAILED' });
  expect(failures).toEqual([{ reconciliationId: 'rec', reason: 'the key is not accepted' }]);
});

test('the daily workflow begins yesterday’s reconciliation and today’s watch; a second one joins them', async () => {
  const today = dayOf(new Date());
  const begun: string[] = [];
  const watched: string[] = [];
  const released = releasable();
  const replaced: Partial<Activities> = {
    beginReconciliation: async ({ provider, day, requestedBy }) => {
      begun.push(`${provider} ${day} ${requestedBy}`);
      await released.promise;
      return { reconciliationId: 'rec', provider, day };
    },
    watchReturns: async ({ provider, day }) => {
      watched.push(`${provider} ${day}`);
      await released.promise;
      return { lookedUp: 0, steps: {} };
    },
  };
  await withFakes('daily', replaced, async () => {
    const start = (workflowId: string) =>
      client.workflow.execute(daily, {
        workflowId,
        taskQueue: 'daily',
        args: [{ provider: 'mock' }],
      });
    await start('daily/mock-1');
    await start('daily/mock-2');
    released.resolve();
    await client.workflow.getHandle(reconcileWorkflowId('mock', daysBefore(today, 1))).result();
    await client.workflow.getHandle(watchWorkflowId('mock', today)).result();
  });
  expect(begun).toEqual([`mock ${daysBefore(today, 1)} schedule`]);
  expect(watched).toEqual([`mock ${today}`]);
});
