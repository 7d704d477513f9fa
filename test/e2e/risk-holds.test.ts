import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  readBatch,
  setFaults,
  transfersOf,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;
/** Another administrator, by a key of its own. */
let other: Caller;
let db: Db;

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '2000' } });
  caller = callerOf(stack);
  db = openDatabase(stack.databaseUrl);
  const made = await fetch(`${stack.apiUrl}/api/admin/api-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'other', role: 'admin' }),
  });
  const secret = /bur_[a-z0-9]{8}_[A-Za-z0-9_-]{43}/.exec(await made.text())?.[0] ?? '';
  other = callerOf({ apiUrl: stack.apiUrl, apiKey: secret });
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

const paymentRow = z.object({
  id: z.string(),
  status: z.string(),
  hold_reason: z.string().nullable(),
  account_ref: z.string(),
});
const paymentsOf = (batchId: string) =>
  db.run(
    paymentRow,
    'select id, status, hold_reason, account_ref from payments where batch_id = $1 order by ordinal',
    [batchId],
  );
const eventRow = z.object({ id: z.string(), rule: z.string() });
const eventsOf = (paymentId: string) =>
  db.run(
    eventRow,
    "select id, rule from risk_events where payment_id = $1 and status = 'OPEN' order by id",
    [paymentId],
  );
const sentFor = async (paymentId: string) =>
  (await transfersOf(stack)).filter(({ reference }) => reference.startsWith(paymentId)).length;
const resolve = (by: Caller, id: string, resolution: string) =>
  by.post(`/risk-events/${id}/resolve`, { resolution, reason: 'a test looked at it' });

test('payments of a high finding wait for a person: nothing of them is sent, then each once, or never', async () => {
  await importPayees(caller, 'alone', 1);
  await importPayees(caller, 'same', 3, '10.00', { accountRef: () => 'one-account' });
  const batchId = await makeBatch(caller);
  const held = (await paymentsOf(batchId)).filter(({ status }) => status === 'ON_HOLD');
  expect(held.map(({ hold_reason, account_ref }) => [hold_reason, account_ref])).toEqual(
    Array.from({ length: 3 }, () => ['risk', 'one-account']),
  );
  const batch = await payOut(caller, batchId);
  expect(batch).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 1, ON_HOLD: 3 } });
  expect((await transfersOf(stack)).map(({ recipient }) => recipient)).toEqual(['alone-1']);

  const ids = held.map(({ id }) => id);
  const retried = await caller.post(`/batches/${batchId}/retry`, { paymentIds: ids.slice(0, 1) });
  expect(retried).toMatchObject({ status: 409, body: { error: { code: 'risk_hold' } } });
  const events = await Promise.all(ids.map(eventsOf));
  const [first, second, third] = events.map(([event]) => event?.id ?? '');
  expect(events.flat().map(({ rule }) => rule)).toEqual(Array(3).fill('shared_destination'));
  expect((await resolve(caller, first ?? '', 'false_alarm')).status).toBe(403);

  expect((await resolve(other, first ?? '', 'false_alarm')).status).toBe(200);
  expect((await resolve(other, second ?? '', 'accepted')).status).toBe(200);
  expect((await resolve(other, third ?? '', 'confirmed')).status).toBe(200);
  await expect
    .poll(async () => (await readBatch(caller, batchId)).counts, { timeout: 60_000 })
    .toMatchObject({ COMPLETED: 3, CANCELLED: 1, ON_HOLD: 0 });
  expect(await Promise.all(ids.map(sentFor))).toEqual([1, 1, 0]);
  await expectBooksAgree(stack);
});

test('an account that is changed between approval and send stops the payment', async () => {
  await importPayees(caller, 'moved', 1);
  const [account] = await db.run(
    z.object({ id: z.string(), payee_id: z.string() }),
    "select id, payee_id from accounts where account_ref = 'moved-1'",
  );
  const batchId = await makeBatch(caller, { affiliateIds: [account?.payee_id] });
  const [payment] = await paymentsOf(batchId);
  const path = `${stack.apiUrl}/api/disbursement/mock/accounts/${account?.id}`;
  const changed = await fetch(path, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ details: { accountNumber: '999111' } }),
  });
  expect(changed.status).toBe(200);
  await payOut(caller, batchId);
  const id = payment?.id ?? '';
  expect(await paymentsOf(batchId)).toMatchObject([
    { status: 'ON_HOLD', hold_reason: 'account_changed' },
  ]);
  expect(await sentFor(id)).toBe(0);
  const retried = await caller.post(`/payments/${id}/retry`);
  expect(retried).toMatchObject({ status: 409, body: { error: { code: 'invalid_state' } } });
});

test('a provider that refuses too much has the batch paused, with the reason; who resumes it has seen why', async () => {
  await importPayees(caller, 'bad', 900);
  const affiliateIds = await db.run(
    z.object({ id: z.string() }),
    "select id from payees where external_id like 'bad-%'",
  );
  await setFaults(stack, [
    {
      when: { provider: 'mock', operation: 'submit' },
      effect: 'reject',
      code: 'invalid_recipient',
    },
  ]);
  const batchId = await makeBatch(caller, { affiliateIds: affiliateIds.map(({ id }) => id) });
  await caller.post(`/batches/${batchId}/execute`);
  await expect
    .poll(async () => (await readBatch(caller, batchId)).pausedReason, { timeout: 60_000 })
    .toMatch(/refused|invalid/);
  const paused = await untilBatch(caller, batchId, ['QUEUED']);
  expect(paused.counts['PENDING'] ?? 0).toBeGreaterThan(0);
  await setFaults(stack, []);
  await caller.post(`/batches/${batchId}/resume`, { reason: 'the provider is well again' });
  const ended = await untilBatch(caller, batchId);
  expect(ended.counts['PENDING'] ?? 0).toBe(0);
  expect(ended.counts['COMPLETED'] ?? 0).toBe(paused.counts['PENDING']);
  await expectBooksAgree(stack);
});
