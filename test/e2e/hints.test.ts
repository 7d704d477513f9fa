import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { confirmWorkflowId } from '../../domain/ids.ts';
import { DEFAULT_CREDENTIALS } from '../../simulator/credentials.ts';
import {
  callerOf,
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

beforeAll(async () => {
  stack = await startTestStack();
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

const ACCOUNT = '7788990011';
const payees = (prefix: string, count: number) =>
  importPayees(caller, prefix, count, '25000', {
    provider: 'xendit',
    currency: 'IDR',
    accountRef: (_name, index) => `ID_BCA:${ACCOUNT}${String(index).padStart(4, '0')}`,
  });
const batchOf = () => makeBatch(caller, { provider: 'xendit', currency: 'IDR' });

const eventRow = z.object({ result: z.string(), payload: z.string() });
const eventsOf = (batchId: string) =>
  db.run(
    eventRow,
    `select e.result, e.payload from webhook_events e join payments p on p.id = e.payment_id
     where p.batch_id = $1`,
    [batchId],
  );

test('Xendit: 200 payments end by webhooks that were read back, each once; no account lies readable', async () => {
  await payees('hinted', 200);
  const batchId = await batchOf();
  // Polling begins after a minute: what ends before that was confirmed by its webhook.
  const batch = await payOut(caller, batchId, 55_000);
  expect(batch.counts).toMatchObject({ COMPLETED: 200 });
  expect(await transfersOf(stack, 'xendit')).toHaveLength(200);
  const events = await eventsOf(batchId);
  expect(events.filter(({ result }) => result === 'applied')).toHaveLength(200);
  expect(events.filter(({ payload }) => payload.includes(ACCOUNT))).toEqual([]);
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const { workflow } = new Client({ connection, namespace: stack.namespace });
  const confirming = await workflow.getHandle(confirmWorkflowId('xendit')).describe();
  expect(confirming.type).toBe('confirmEvents');
  await connection.close();
});

test('P8: a webhook that is forged with the leaked token pays nothing, whatever it says', async () => {
  await payees('leaked', 1);
  await setFaults(stack, [
    { when: { provider: 'xendit', operation: 'submit' }, effect: 'never_settle' },
  ]);
  const batchId = await batchOf();
  await caller.post(`/batches/${batchId}/execute`);
  await untilBatch(caller, batchId, ['SETTLING'], 30_000);
  const rows = await db.run(
    z.object({ reference: z.string(), provider_payment_id: z.string() }),
    `select a.idempotency_key as reference, a.provider_payment_id from attempts a
     join payments p on p.id = a.payment_id where p.batch_id = $1`,
    [batchId],
  );
  const { callbackToken, businessId } = DEFAULT_CREDENTIALS.xendit.currencies.IDR;
  const [sent] = rows;
  for (const [event, status] of [
    ['payout.succeeded', 'SUCCEEDED'],
    ['payout.failed', 'FAILED'],
  ]) {
    const at = new Date().toISOString();
    const data = {
      id: sent?.provider_payment_id,
      reference_id: sent?.reference,
      amount: 25_000,
      currency: 'IDR',
      channel_code: 'ID_BCA',
      channel_properties: { account_holder_name: 'x', account_number: `${ACCOUNT}0000` },
      status,
      created: at,
      updated: at,
      business_id: businessId,
    };
    const answer = await fetch(`${stack.apiUrl}/webhooks/xendit`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-callback-token': callbackToken },
      body: JSON.stringify({ event, business_id: businessId, created: at, data }),
    });
    expect([answer.status, await answer.json()]).toEqual([200, { result: 'waiting' }]);
  }
  const looks = async () => {
    const answer = await fetch(`${stack.simulatorUrl}/_sim/requests`);
    const text = await answer.text();
    return text.split(`${sent?.provider_payment_id}`).length - 1;
  };
  await expect.poll(looks, { timeout: 30_000 }).toBeGreaterThan(0);
  const { payments } = z
    .object({ payments: z.array(z.object({ status: z.string() })) })
    .parse((await caller.get(`/batches/${batchId}/payments`)).body);
  expect(payments).toEqual([expect.objectContaining({ status: 'PROCESSING' })]);
  expect((await eventsOf(batchId)).map(({ result }) => result)).toEqual(['waiting', 'waiting']);
});

test('the books and histories are whole', async () => {
  const breaches = (await checkInvariants(db)).filter((invariant) => invariant.breaches > 0);
  expect(breaches).toEqual([]);
});
