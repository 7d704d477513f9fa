import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../stack/index.ts';
import type { BatchDetails } from '../answers.ts';
import { progressOf } from '../output/progress.ts';
import type { FaultRule } from '../simulator-client.ts';
import { seconds, type Steps } from './steps.ts';

/** Longer than the adapter waits for an answer, so the answer counts as lost. */
const HANG_MS = 8_000;
const DOWN_MS = 1_000;
/** Chunks are slowed so far that the batch is under way for some seconds. */
const SLOWED_MS = 6_000;
const CHUNK_PAYMENTS = 100;

/**
 * The faults of `--break`: of all submissions 30% are accepted and their answer is lost, in one of
 * three ways; every webhook comes twice and in another order; and the provider is slow, so that there
 * is a middle in which a worker can be killed.
 */
export function breakingFaults(payments: number): FaultRule[] {
  const submit = { operation: 'submit' };
  const delayMs = Math.ceil(Math.min(700, SLOWED_MS / Math.ceil(payments / CHUNK_PAYMENTS)));
  return [
    { when: submit, effect: 'delay', ms: delayMs },
    // Each holds a whole chunk up until the adapter gives up, so a few must do.
    { when: { ...submit, nth: [10, 130, 220] }, effect: 'accept_then_hang', ms: HANG_MS },
    { when: submit, probability: 0.15, effect: 'accept_then_reset' },
    // Of the 85% that the rule before leaves, so 15% of all.
    { when: submit, probability: 0.15 / 0.85, effect: 'accept_then_status', status: 500 },
    { effect: 'webhook_duplicate', n: 2 },
    { effect: 'webhook_shuffle' },
  ];
}

/** Kills the only worker once, and starts another one. */
export interface Breaker {
  /** To be told how far the batch is; kills when about half is handed over. */
  see(batch: BatchDetails): Promise<void>;
  /** Whether the worker was killed. */
  readonly done: boolean;
}

/** A breaker for the workers of a stack. */
export function makeBreaker(stack: Stack, steps: Steps): Breaker {
  let done = false;
  return {
    get done() {
      return done;
    },
    see: async (batch) => {
      const { sent } = progressOf(batch);
      if (done || sent * 2 < batch.paymentCount) return;
      done = true;
      const [killed] = stack.info.processes.worker;
      await stack.killWorker(0, 'SIGKILL', { keepDown: true });
      steps.line(
        `${steps.style.bad('✘')} kill -9 of the worker (process ${killed}) with ${sent} of ${batch.paymentCount} payments handed over`,
      );
      await sleep(DOWN_MS);
      const startedAtMs = performance.now();
      const pid = await stack.startWorker();
      const took = seconds(performance.now() - startedAtMs);
      steps.line(
        `${steps.style.good('✔')} a new worker (process ${pid}) goes on  ${steps.style.dim(took)}`,
      );
    },
  };
}
