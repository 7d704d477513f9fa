import type { WorkflowClient } from '@temporalio/client';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { programmesToCalculate } from '../db/queries/queue-calculations.ts';
import { calculateWorkflowId } from '../domain/ids.ts';
import { conversionsWaitingSignal } from '../workflows/messages.ts';
import { CALCULATE_EARNINGS, TASK_QUEUE } from '../workflows/names.ts';

const counts = z.object({ payees: z.int(), conversions: z.int(), commissions: z.int() });
export type CalculationCounts = z.infer<typeof counts>;

/** What the API asks of the workflow that calculates a programme. */
export interface Calculations {
  /**
   * Has what waits calculated soon, in all programmes that are so by themselves. Calls that come by the
   * hundred look once a second. Never throws: `sweep` covers for it.
   */
  calculateSoon(log: Logger): void;
  /** Starts the calculation, or tells the running one. Returns the workflow's id. */
  calculate(programmeId: string, asOf: Date | null): Promise<string>;
  /** What the calculation under way came to, in all of its run; null where it takes longer. */
  awaitCalculation(programmeId: string, seconds: number): Promise<CalculationCounts | null>;
}

/** How the API bounds its waits for Temporal. */
export interface Waits {
  soon: <T>(call: () => Promise<T>) => Promise<T>;
  within: <T>(ms: number, call: () => Promise<T>) => Promise<T>;
}

const LOOK_EVERY_MS = 1_000;
const DEADLINE_EXCEEDED = 4;

export function makeCalculations(db: Db, workflow: WorkflowClient, waits: Waits): Calculations {
  const start = async (programmeId: string, asOf: Date | null): Promise<string> => {
    const workflowId = calculateWorkflowId(programmeId);
    await waits.soon(() =>
      workflow.signalWithStart(CALCULATE_EARNINGS, {
        workflowId,
        taskQueue: TASK_QUEUE,
        args: [{ programmeId }] satisfies [{ programmeId: string }],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        signal: conversionsWaitingSignal,
        signalArgs: [{ asOf: asOf?.toISOString() ?? null }],
      }),
    );
    return workflowId;
  };

  const startDue = async (): Promise<void> => {
    for (const programmeId of await programmesToCalculate(db)) await start(programmeId, null);
  };

  let nextLookMs = 0;
  let waiting = false;
  return {
    calculate: start,
    calculateSoon(log) {
      if (waiting) return;
      waiting = true;
      const look = (): void => {
        waiting = false;
        nextLookMs = performance.now() + LOOK_EVERY_MS;
        startDue().catch((error: unknown) =>
          log.warn({ err: error }, 'conversions wait to be calculated; the sweep covers for it'),
        );
      };
      setTimeout(look, Math.max(0, nextLookMs - performance.now())).unref();
    },
    async awaitCalculation(programmeId, seconds) {
      const handle = workflow.getHandle(calculateWorkflowId(programmeId));
      try {
        return counts.parse(await waits.within(seconds * 1_000, () => handle.result()));
      } catch (error) {
        if (isDeadline(error)) return null;
        throw error;
      }
    },
  };
}

const isDeadline = (error: unknown): boolean =>
  Reflect.get(Object(error), 'code') === DEADLINE_EXCEEDED ||
  Reflect.get(Object(Reflect.get(Object(error), 'cause')), 'code') === DEADLINE_EXCEEDED;
