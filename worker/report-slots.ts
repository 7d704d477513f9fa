import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { addUpSlots } from '../db/queries/report/add-up.ts';

const ADD_UP_EVERY_MS = 20_000;
const TELL_EVERY_MS = 60_000;
/** Slots that one statement adds up: of a quiet year some seconds' work, and it locks nothing of payments. */
const SLOTS_MAX = 2_000;
/** What changed a moment ago is likely to change again, and is read row by row until it rests. */
const REST_SECONDS = 60;
const LAST_PASS_MS = 2_000;

export interface AddingUpOptions {
  db: Db;
  log: Logger;
  everyMs?: number;
  restSeconds?: number;
}

/** Adding up that goes on. */
export interface AddingUp {
  /** Lets the statement under way end, for at most two seconds, and begins no other. */
  stop(): Promise<void>;
}

/**
 * Adds payments and ledger up for reports every 20 seconds, until nothing is left that rests. Any number
 * of workers may do so at once. Where it fails, reports stay right and become slower; that is told once a
 * minute, and the next pass tries again.
 */
export function startAddingUp({
  db,
  log,
  everyMs = ADD_UP_EVERY_MS,
  restSeconds = REST_SECONDS,
}: AddingUpOptions): AddingUp {
  const stopping = new AbortController();
  const { signal } = stopping;
  let toldAtMs = -Infinity;
  const pass = async (): Promise<void> => {
    try {
      for (const source of ['payments', 'ledger'] as const) {
        let slots = -1;
        while (slots !== 0 && !signal.aborted) {
          slots = await addUpSlots(db, source, { slotsMax: SLOTS_MAX, restSeconds });
        }
      }
    } catch (error) {
      if (Date.now() - toldAtMs < TELL_EVERY_MS) return;
      toldAtMs = Date.now();
      log.error({ err: error }, 'payments are not added up for reports');
    }
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await pass();
      await sleep(everyMs, null, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await Promise.race([running, sleep(LAST_PASS_MS, null, { ref: false })]);
    },
  };
}
