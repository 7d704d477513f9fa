import proto from '@temporalio/proto';
import type { ConnectionLike } from '@temporalio/client';

/** A poller that has not been seen for longer than this is gone. */
const POLLER_SEEN_MS = 90_000;
const ASK_MS = 4_000;

/** Whether the server answers, and whether somebody asks it for the work of a task queue. Never throws. */
export async function readTemporalHealth(
  connection: ConnectionLike,
  { namespace, taskQueue }: { namespace: string; taskQueue: string },
): Promise<{ server: boolean; worker: boolean }> {
  try {
    const queue = await connection.withDeadline(Date.now() + ASK_MS, () =>
      connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue } }),
    );
    const seen = (queue.pollers ?? []).map(
      ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000,
    );
    return { server: true, worker: seen.some((at) => Date.now() - at < POLLER_SEEN_MS) };
  } catch {
    return { server: false, worker: false };
  }
}

/** What waits in a task queue for a worker: about how much, and how long the oldest of it. */
export interface Backlog {
  tasks: number;
  ageSeconds: number;
}

const { TaskQueueType } = proto.temporal.api.enums.v1;
const TASK_TYPES = [
  TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
] as const;

/** What waits in a task queue; null where the server does not answer, or does not tell. Never throws. */
export async function readBacklog(
  connection: ConnectionLike,
  { namespace, taskQueue }: { namespace: string; taskQueue: string },
): Promise<Backlog | null> {
  try {
    const asked = { namespace, taskQueue: { name: taskQueue }, reportStats: true };
    const queues = await connection.withDeadline(Date.now() + ASK_MS, () =>
      Promise.all(
        TASK_TYPES.map((taskQueueType) =>
          connection.workflowService.describeTaskQueue({ ...asked, taskQueueType }),
        ),
      ),
    );
    const stats = queues.flatMap((queue) => queue.stats ?? []);
    if (stats.length === 0) return null;
    return {
      tasks: stats.reduce((sum, { approximateBacklogCount: n }) => sum + Number(n ?? 0), 0),
      ageSeconds: Math.max(
        ...stats.map(({ approximateBacklogAge: age }) => Number(age?.seconds ?? 0)),
      ),
    };
  } catch {
    return null;
  }
}
