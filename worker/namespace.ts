import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';
import { SWEEP_SCHEDULE_ID, SWEEP_WORKFLOW_ID } from '../domain/ids.ts';
import { SWEEP, TASK_QUEUE } from '../workflows/names.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';

const KEYWORD = 2;
const ALREADY_EXISTS = 6;

/** Registers what operators filter by in the Web UI; what is there already stays. */
export async function registerSearchAttributes(client: Client, namespace: string): Promise<void> {
  const { operatorService } = client.connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(SEARCH_ATTRIBUTES)
    .map(({ name }) => name)
    .filter((name) => !(name in (customAttributes ?? {})));
  if (missing.length === 0) return;
  try {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
    });
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== ALREADY_EXISTS) throw error;
  }
}

/** Makes sure that `sweep` runs on its schedule, at this interval. */
export async function ensureSweep(client: Client, intervalMs: number): Promise<void> {
  const spec = { intervals: [{ every: intervalMs }] };
  const action = {
    type: 'startWorkflow',
    workflowType: SWEEP,
    workflowId: SWEEP_WORKFLOW_ID,
    taskQueue: TASK_QUEUE,
    args: [],
    workflowExecutionTimeout: '10 minutes',
  } as const;
  try {
    await client.schedule.create({
      scheduleId: SWEEP_SCHEDULE_ID,
      spec,
      action,
      policies: { overlap: 'SKIP', catchupWindow: '1 minute' },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const handle = client.schedule.getHandle(SWEEP_SCHEDULE_ID);
    const { spec: current } = await handle.describe();
    if (current.intervals?.[0]?.every === intervalMs) return;
    await handle.update((previous) => ({ ...previous, spec, action }));
  }
}
