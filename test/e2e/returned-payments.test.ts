import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { countColumn, onlyRow } from '../../db/rows.ts';
import { dayOf } from '../../domain/day.ts';
import { dailyScheduleId, watchWorkflowId } from '../../domain/ids.ts';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  control,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  transfersOf,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;
let db: Db;
let temporal: Client;

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '2000' } });
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
  const connection = await Connection.connect({ address: stack.temporalAddress });
  temporal = new Client({ connection, namespace: stack.namespace });
});
afterAll(async () => {
  await temporal.connection.close();
  await db.close();
  await stack.stop();
});

const countOf = async (query: string): Promise<number> =>
  onlyRow(await db.run(z.object({ n: countColumn }), `select count(*) as n from ${query}`)).n;

/** The provider sends the money of these payees back, for a reason of its own. */
async function sendBack(prefix: string, code?: string): Promise<void> {
  const sent = (await transfersOf(stack)).filter(({ recipient }) => recipient.startsWith(prefix));
  for (const { reference } of sent) {
    await control(stack, 'settle', { reference, status: 'returned', ...(code && { code }) });
  }
}

const returnedAre = (n: number) =>
  expect.poll(() => countOf("payments where status = 'RETURNED'"), { timeout: 60_000 }).toBe(n);

const reissue = (paymentId: string) => caller.post(`/payments/${paymentId}/reissue`);

test('P18: 1,000 payments come back after completion: told, or found by the daily watch; payable or held, and paid once again', async () => {
  await importPayees(caller, 'soft', 500);
  await importPayees(caller, 'hard', 300);
  await importPayees(caller, 'lost', 100);
  await importPayees(caller, 'lostblocked', 100);
  await setFaults(stack, [
    {
      when: { operation: 'submit', recipient: 'soft-*' },
      probability: 1,
      effect: 'return_after',
      ms: 3_000,
    },
  ]);
  const paid = await payOut(caller, await makeBatch(caller));
  expect(paid.status).toBe('COMPLETED');
  await returnedAre(500);
  await sendBack('hard-', 'recipient_blocked');
  await returnedAre(800);

  // Nobody tells of the last 200: only a look-up can find them.
  await setFaults(stack, [
    { when: { operation: 'webhook' }, probability: 1, effect: 'webhook_drop' },
  ]);
  await sendBack('lost-');
  await sendBack('lostblocked-', 'invalid_recipient');
  await db.run(
    z.unknown(),
    "update payments set completed_at = completed_at - interval '3 days' where account_ref like 'lost%'",
  );
  await temporal.schedule.getHandle(dailyScheduleId('mock')).trigger();
  await returnedAre(1_000);
  const watch = temporal.workflow.getHandle(watchWorkflowId('mock', dayOf(new Date())));
  expect(await watch.result()).toEqual({ lookedUp: 200, steps: { 'COMPLETED to RETURNED': 200 } });

  expect(await countOf('payables where payment_id is null and paid_at is null')).toBe(1_000);
  expect(await countOf('accounts where blocked_code is not null')).toBe(400);
  await expectBooksAgree(stack);

  await setFaults(stack, []);
  const back = await db.run(
    z.object({ id: z.string(), account_ref: z.string() }),
    "select id, account_ref from payments where account_ref in ('soft-1', 'soft-2', 'soft-3', 'hard-1', 'lostblocked-1')",
  );
  const idOf = (ref: string): string =>
    back.find(({ account_ref }) => account_ref === ref)?.id ?? '';
  for (const ref of ['hard-1', 'lostblocked-1']) {
    const refused = await reissue(idOf(ref));
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'payee_hold' } } });
  }
  for (const ref of ['soft-1', 'soft-2', 'soft-3']) {
    const twice = await Promise.all([reissue(idOf(ref)), reissue(idOf(ref))]);
    expect(twice.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    const made = z
      .object({ batch: z.object({ id: z.string() }) })
      .parse(twice.find(({ status }) => status === 201)?.body);
    expect((await untilBatch(caller, made.batch.id)).status).toBe('COMPLETED');
  }
  const rest = await payOut(caller, await makeBatch(caller));
  expect(rest).toMatchObject({ status: 'COMPLETED', paymentCount: 597 });
  const settled = (await transfersOf(stack)).filter(({ status }) => status === 'settled');
  expect(settled).toHaveLength(600);
  expect(new Set(settled.map(({ recipient }) => recipient)).size).toBe(600);
  await expectBooksAgree(stack);
}, 300_000);
