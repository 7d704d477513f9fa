import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  setFaults,
  transfersOf,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;

beforeAll(async () => {
  stack = await startTestStack({ workers: 1 });
  caller = callerOf(stack);
});
afterAll(() => stack.stop());

test('Postgres backends killed every 300 ms during a run: nothing hangs, exits or goes wrong', async () => {
  await importPayees(caller, 'backend', 2_000);
  await setFaults(stack, [
    { when: { provider: 'mock', operation: 'submit' }, probability: 1, effect: 'delay', ms: 100 },
  ]);
  const batchId = await makeBatch(caller);
  const processes = stack.processIds();
  const killer = startKiller(stack.databaseUrl);
  // A caller whose answer says 503 asks again; asking twice is the same as once.
  while ((await caller.post(`/batches/${batchId}/execute`)).status !== 202) await sleep(200);
  const batch = await untilBatch(caller, batchId, undefined, 115_000);
  const kills = await killer.stop();
  expect(batch.counts).toMatchObject({ COMPLETED: 2_000 });
  expect(kills).toBeGreaterThan(5);
  if (String(stack.processIds()) !== String(processes)) console.error(tailOfLogs(stack.dataDir));
  expect(stack.processIds()).toEqual(processes);
  expect(await transfersOf(stack)).toHaveLength(2_000);
  await expectBooksAgree(stack);
});

const tailOfLogs = (dataDir: string): string =>
  readFileSync(path.join(dataDir, 'logs/api.log'), 'utf8').slice(-6_000);

/** Ends one backend of our processes every 300 ms. */
function startKiller(databaseUrl: string) {
  const sql = postgres(databaseUrl, { max: 1, connection: { application_name: 'killer' } });
  const stopping = new AbortController();
  let kills = 0;
  const killing = (async () => {
    while (!stopping.signal.aborted) {
      const ended = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'bursar' and pid <> pg_backend_pid()
        order by random() limit 1`;
      kills += ended.length;
      await sleep(300);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await killing;
      await sql.end();
      return kills;
    },
  };
}
