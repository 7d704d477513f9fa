import { Worker, type NativeConnection } from '@temporalio/worker';
import type { Activities } from '../../activities/index.ts';
import { queueAt } from '../../workflows/names.ts';

interface WorkerOfTest {
  connection: NativeConnection;
  namespace?: string;
  taskQueue: string;
  code: string;
  activities: Activities;
}

/** Runs workflows and activities of a test, with the queue of the provider `mock` beside the main one. */
export async function withWorker<T>(given: WorkerOfTest, work: () => Promise<T>): Promise<T> {
  const { connection, taskQueue, code, activities } = given;
  const common = { connection, activities, ...(given.namespace && { namespace: given.namespace }) };
  const main = await Worker.create({ ...common, taskQueue, workflowBundle: { code } });
  const provider = await Worker.create({ ...common, taskQueue: queueAt(taskQueue, 'mock') });
  return main.runUntil(() => provider.runUntil(work));
}
