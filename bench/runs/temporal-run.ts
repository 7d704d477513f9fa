import type { Client } from '@temporalio/client';
import { SYSTEM } from '../../db/queries/actor.ts';
import { requestExecution } from '../../db/queries/queue-batch.ts';
import { batchWorkflowId } from '../../domain/ids.ts';
import { PAYOUT_BATCH, TASK_QUEUE } from '../../workflows/names.ts';
import { loadNow } from '../measure/machine.ts';
import { peakMemoryMiB } from '../measure/process-figures.ts';
import type { Ground } from '../ground.ts';
import type { Stage } from '../stage.ts';
import { cpuMeter, readTimes, type Run } from './run.ts';

/** Pays the batch through the real worker and the real workflow. */
export async function runByTemporal(
  ground: Ground,
  stage: Stage,
  batchId: string,
  payments: number,
): Promise<Run> {
  const workerPid = stage.services.workers[0]?.pid;
  if (!workerPid) throw new Error('the worker is down');
  const loadBefore = loadNow();
  const cpu = cpuMeter(ground, stage, null);
  await requestExecution(stage.db, { batchId, actor: SYSTEM });
  const handle = await ground.temporal.workflow.start(PAYOUT_BATCH, {
    workflowId: batchWorkflowId(batchId),
    taskQueue: TASK_QUEUE,
    args: [{ batchId }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  await handle.result();
  const spent = cpu();
  const memory = peakMemoryMiB(workerPid);
  const times = await readTimes(stage, batchId, payments);
  const events = await countEvents(ground.temporal, batchId, handle.firstExecutionRunId);
  await stage.stopProduct();
  return {
    by: 'temporal',
    payments,
    chunks: times.chunks,
    handedOverMs: times.handed_over_ms,
    completedMs: times.completed_ms,
    peakMemoryMiB: memory,
    transactions: await ground.transactionsIn(stage.database),
    cpu: spent,
    loadBefore,
    events,
  };
}

/** Events of all runs of the workflow, those that it continued as included. */
async function countEvents(temporal: Client, batchId: string, firstRunId: string): Promise<number> {
  const handle = temporal.workflow.getHandle(batchWorkflowId(batchId), firstRunId);
  const events = (await handle.fetchHistory()).events ?? [];
  const next = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  return events.length + (next ? await countEvents(temporal, batchId, next) : 0);
}
