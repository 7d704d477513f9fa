import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { handOverChunk } from '../../activities/hand-over-chunk.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { loadDuePayments } from '../../db/queries/due-payments.ts';
import { noRow } from '../../db/rows.ts';
import { makeVault } from '../../db/vault.ts';
import { makeMockProvider } from '../../providers/mock/provider.ts';
import type { PreparedPayment, Provider } from '../../providers/port.ts';
import { plainTools } from '../../providers/tools.ts';
import { insertPayable } from '../support/rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/vault.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { acquireSlot } from '../../db/queries/slot.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { newId } from '../../db/new-id.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const otherVault = makeVault({ keys: [{ id: 'other', key: Buffer.alloc(32, 9) }] });
const SLICE = { fromChunk: 0, toChunk: 0 };

/** Keeps its requests, answers what it is told to, and counts what it is sent. */
function keepingProvider(answer: 'lost' | 'absent') {
  const sent: PreparedPayment[] = [];
  const config = { baseUrl: 'http://127.0.0.1:9', apiKey: 'x', webhookSecret: 'whsec_eA==' };
  const mock = makeMockProvider({ ...config, submission: 'single' }, plainTools());
  const provider: Provider = {
    ...mock,
    capabilities: { ...mock.capabilities, keepsRequest: true },
    submit: (payments) => {
      sent.push(...payments);
      return Promise.resolve(
        new Map(payments.map(({ reference }) => [reference, { kind: 'AMBIGUOUS', code: answer }])),
      );
    },
    lookup: (orders) =>
      Promise.resolve(new Map(orders.map(({ reference }) => [reference, { kind: 'ABSENT' }]))),
  };
  return { provider, sent };
}

async function runningBatch(): Promise<{ batchId: string; accountId: string }> {
  await db.run(noRow, "update batches set status = 'SETTLING' where status = 'PROCESSING'");
  const { payeeId } = await insertPayable(db);
  const batchId = newId('batch');
  await createBatch(db, {
    affiliateIds: [payeeId],
    currency: 'USD',
    provider: 'mock',
    limits: OPEN_LIMITS,
    batchId,
    actor: SYSTEM,
    requiredApprovals: 0,
  });
  await queueIfCleared(db, batchId, SYSTEM);
  expect(await acquireSlot(db, batchId)).toBeTruthy();
  const [account] = await db.run(
    z.object({ id: z.string() }),
    'select id from accounts where payee_id = $1',
    [payeeId],
  );
  return { batchId, accountId: account?.id ?? '' };
}

async function handOver(batchId: string, provider: Provider, vault = testVault) {
  const due = await loadDuePayments(db, batchId, SLICE, true);
  const desk = { db, vault, provider, batchId, fence: newId('group'), stopped: () => false };
  return handOverChunk(desk, due);
}

async function paymentOf(batchId: string) {
  const [row] = await db.run(
    z.object({
      status: z.string(),
      hold_reason: z.string().nullable(),
      provider_code: z.string().nullable(),
      why: z.string().nullable(),
    }),
    `select p.status, p.hold_reason, a.provider_code,
       (select details ->> 'why' from audit_logs where payment_id = p.id and action = 'payment.held') as why
     from payments p left join attempts a on a.payment_id = p.id where p.batch_id = $1`,
    [batchId],
  );
  return row;
}

const setDetails = (accountId: string, sealed: string) =>
  db.run(noRow, 'update accounts set details_sealed = $2 where id = $1', [accountId, sealed]);

test.each<[string, (accountId: string) => string, RegExp]>([
  ['sealed with a lost key', (id) => otherVault.seal(id, '{}'), /does not hold/],
  ['swapped in from another account', () => testVault.seal('acc_other', '{}'), /another row/],
  ['no ciphertext at all', () => 'test.tampered', /was changed/],
])('S-15: details that are %s hold the payment and crash nothing', async (_name, seal, why) => {
  const { batchId, accountId } = await runningBatch();
  await setDetails(accountId, seal(accountId));
  const { provider, sent } = keepingProvider('lost');
  await handOver(batchId, provider);
  expect(sent).toEqual([]);
  const payment = await paymentOf(batchId);
  expect(payment).toMatchObject({ status: 'ON_HOLD', hold_reason: 'no_account' });
  expect(payment?.why).toMatch(why);
});

test('a sent request that cannot be opened any more is looked up and never sent again', async () => {
  const { batchId, accountId } = await runningBatch();
  await setDetails(accountId, testVault.seal(accountId, '{}'));
  const { provider, sent } = keepingProvider('lost');
  await handOver(batchId, provider);
  expect(sent).toHaveLength(1);
  expect(await paymentOf(batchId)).toMatchObject({ status: 'UNKNOWN', provider_code: 'lost' });
  await db.run(noRow, 'update payments set due_at = null where batch_id = $1', [batchId]);
  await handOver(batchId, provider, otherVault);
  expect(sent).toHaveLength(1);
  expect(await paymentOf(batchId)).toMatchObject({
    status: 'UNKNOWN',
    provider_code: 'request_unreadable',
  });
  await db.run(noRow, 'update payments set due_at = null where batch_id = $1', [batchId]);
  await handOver(batchId, provider);
  expect(sent.map(({ body }) => body)).toEqual([sent[0]?.body, sent[0]?.body]);
});

test('the hash of a kept request is of its cipher, so that no number can be guessed from it', async () => {
  const { batchId, accountId } = await runningBatch();
  await setDetails(accountId, testVault.seal(accountId, '{}'));
  const { provider, sent } = keepingProvider('lost');
  await handOver(batchId, provider);
  const [attempt] = await db.run(
    z.object({ request_hash: z.string(), request_sealed: z.string() }),
    `select request_hash, request_sealed from attempts a join payments p on p.id = a.payment_id
     where p.batch_id = $1`,
    [batchId],
  );
  const sha256 = (text = '') => createHash('sha256').update(text).digest('hex');
  expect(attempt?.request_hash).toBe(sha256(attempt?.request_sealed));
  expect(attempt?.request_hash).not.toBe(sha256(sent[0]?.body));
  expect(testVault.open(sent[0]?.reference ?? '', attempt?.request_sealed ?? '')).toBe(
    sent[0]?.body,
  );
});
