import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { payoutScheduleId } from '../../domain/ids.ts';
import { expectBooksAgree } from '../support/books.ts';
import { callerOf, importPayees, transfersOf, untilBatch, type Caller } from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

const MINUTE_MS = 60_000;
/** Enough for what is done before the time has come. */
const AHEAD_MS = 100_000;

let stack: TestStack;
let caller: Caller;
let temporal: Client;

beforeAll(async () => {
  stack = await startTestStack();
  caller = callerOf(stack);
  const connection = await Connection.connect({ address: stack.temporalAddress });
  temporal = new Client({ connection, namespace: stack.namespace });
});
afterAll(async () => {
  await temporal.connection.close();
  await stack.stop();
});

const made = z.object({ schedule: z.object({ id: z.string() }) });
const runsSchema = z.object({
  runs: z.array(
    z.object({ period: z.string(), batchId: z.string().nullable(), trigger: z.string() }),
  ),
});

/** A daily schedule that pays everything at that minute of today, in UTC. */
async function dailyAt(due: Date, currency: string): Promise<string> {
  const { status, body } = await caller.post('/schedules', {
    frequency: 'day',
    currency,
    timeOfDay: due.toISOString().slice(11, 16),
    startsOn: due.toISOString().slice(0, 10),
    shift: 'none',
    mode: 'run',
  });
  expect([status, body]).toEqual([201, body]);
  return made.parse(body).schedule.id;
}

const handleOf = (id: string) => temporal.schedule.getHandle(payoutScheduleId(id));
const runsOf = async (id: string) =>
  runsSchema.parse((await caller.get(`/schedules/${id}/runs`)).body).runs;

async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + 2.5 * MINUTE_MS;
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined && fits(answer)) return answer;
    if (Date.now() > end) throw new Error(`not so in time: ${JSON.stringify(answer)}`);
    await sleep(200);
  }
}

const looksOf = async (id: string): Promise<number> =>
  (await handleOf(id).describe()).info.numActionsTaken;

test(
  'worker down over the due time, Temporal robbed of a Schedule, then two workers and impatient people: one run each',
  { timeout: 6 * MINUTE_MS },
  async () => {
    await importPayees(caller, 'dollars', 3);
    await importPayees(caller, 'euros', 2, '10.00', { currency: 'EUR' });
    const due = new Date(Math.floor((Date.now() + AHEAD_MS) / MINUTE_MS) * MINUTE_MS);
    const kept = await dailyAt(due, 'USD');
    const robbed = await dailyAt(due, 'EUR');
    for (const id of [kept, robbed])
      await until(
        () => looksOf(id),
        (looks) => looks === 1,
      );
    await stack.killWorker('SIGKILL');
    await handleOf(robbed).delete();
    expect(Date.now()).toBeLessThan(due.getTime());
    await until(
      () => looksOf(kept),
      (looks) => looks === 2,
    );
    expect(await runsOf(kept)).toEqual([]);

    await Promise.all([stack.startWorker(), stack.startWorker()]);
    const triggered = Array.from({ length: 5 }, () => caller.post(`/schedules/${kept}/trigger`));
    const period = `day/${due.toISOString().slice(0, 10)}`;
    for (const id of [kept, robbed]) {
      const [run, ...others] = await until(
        () => runsOf(id),
        (runs) => runs.length > 0,
      );
      expect([run?.period, others]).toEqual([period, []]);
      const batch = await untilBatch(caller, run?.batchId ?? '', undefined, 110_000);
      expect(batch.status).toBe('COMPLETED');
    }
    for (const { status } of await Promise.all(triggered)) expect(status).toBe(202);

    // What looks once more, by whom ever, finds everything done.
    await Promise.all([stack.killWorker('SIGKILL', 0), stack.killWorker('SIGKILL', 1)]);
    for (const id of [kept, robbed]) await handleOf(id).delete();
    await stack.startWorker();
    for (const id of [kept, robbed]) {
      await until(
        () => looksOf(id),
        (looks) => looks === 1,
      );
      await until(
        async () => (await handleOf(id).describe()).info.runningActions.length,
        (running) => running === 0,
      );
      expect(await runsOf(id)).toHaveLength(1);
    }
    expect(await transfersOf(stack)).toHaveLength(5);
    await expectBooksAgree(stack);
  },
);
