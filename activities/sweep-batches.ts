import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { batchWorkflowId, confirmWorkflowId } from '../domain/ids.ts';
import { resolvePassedDoubts } from '../db/queries/cases.ts';
import { expireHolds } from '../db/queries/holds.ts';
import { matureCommissions } from '../db/queries/mature-commissions.ts';
import { issueStatements } from '../db/queries/statement/issue.ts';
import { openBatches } from '../db/queries/open-batches.ts';
import { yieldSlot } from '../db/queries/pause-batch.ts';
import { nextInQueue } from '../db/queries/slot.ts';
import { providersWithWaitingEvents } from '../db/queries/waiting-events.ts';
import { settledOf } from '../db/queries/webhooks.ts';
import { CONFIRM_EVENTS, TASK_QUEUE } from '../workflows/names.ts';
import { applyOverdue } from './apply-overdue.ts';
import type { Deps } from './deps.ts';
import { startCalculations } from './start-calculations.ts';
import { startBatch } from './start-batch.ts';
import { startDeliveries } from './start-deliveries.ts';
import { startExports } from './start-exports.ts';
import { startMails } from './start-mails.ts';
import { wakeParked } from './wake-parked.ts';
import { makeRiskWatch } from './watch-risk.ts';

/** What one sweep healed. */
export interface Swept {
  restarted: number;
  woken: number;
  matured: number;
}

/**
 * Heals what fell between: starts workflows that open batches lack, takes the slot from one whose
 * workflow was terminated, wakes those whose signal was lost or whose parked payments are due, sees to
 * events that wait, closes cases whose doubt has passed, matures commissions, releases holds whose time has
 * passed, has the risk rules look at what nobody waits for, has what waits calculated, events
 * delivered, mails sent and exports made, and numbers the statements of what was paid. Safe to repeat.
 */
export const makeSweepBatches = (deps: Deps) => {
  const { db, vault, providers, temporal } = deps;
  const watchRisk = makeRiskWatch(deps);
  return async function sweepBatches(): Promise<Swept> {
    const swept: Swept = { restarted: 0, woken: 0, matured: await matureCommissions(db) };
    const released = await expireHolds(db);
    const open = await openBatches(db);
    for (const batch of open) {
      if (await isRunning(batch.id)) continue;
      if (batch.status === 'PROCESSING')
        await yieldSlot(db, batch.id, 'its workflow had ended', true);
      await startBatch(temporal, batch.id);
      swept.restarted += 1;
    }
    for (const id of released) swept.woken += await wake(id, 'cleared');
    const next = await nextInQueue(db);
    if (next) swept.woken += await wake(next, 'slotFree');
    swept.woken += await wakeParked(deps);
    const applied = await seeToEvents();
    await resolvePassedDoubts(db);
    const settled = await settledOf(
      db,
      open.map(({ id }) => id),
    );
    for (const id of new Set([...settled, ...applied])) swept.woken += await wake(id, 'settled');
    await startCalculations(db, temporal);
    await startDeliveries(db, temporal);
    await startMails(db, temporal);
    for (const id of await watchRisk()) swept.woken += await wake(id, 'cleared');
    await startExports(db, temporal);
    await issueStatements(db);
    return swept;

    /** Applies what waits for nothing more, and has the rest confirmed; the batches that settled by it. */
    async function seeToEvents(): Promise<string[]> {
      const batchIds: string[] = [];
      for (const name of await providersWithWaitingEvents(db)) {
        const provider = providers.named(name);
        if (!provider) continue;
        if (provider.capabilities.webhooksProve)
          batchIds.push(...(await applyOverdue(db, vault, provider)));
        else await confirm(temporal, name);
      }
      return batchIds;
    }

    async function isRunning(batchId: string): Promise<boolean> {
      try {
        const { status } = await temporal.workflow.getHandle(batchWorkflowId(batchId)).describe();
        return status.name === 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    }

    async function wake(batchId: string, signal: string): Promise<number> {
      try {
        await temporal.workflow.getHandle(batchWorkflowId(batchId)).signal(signal);
        return 1;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 0;
        throw error;
      }
    }
  };
};

/** Has the waiting events of a provider confirmed. */
async function confirm(temporal: Client, provider: string): Promise<void> {
  await temporal.workflow.start(CONFIRM_EVENTS, {
    workflowId: confirmWorkflowId(provider),
    taskQueue: TASK_QUEUE,
    args: [{ provider }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
}
