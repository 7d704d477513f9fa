import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { handOverChunk } from '../../activities/hand-over-chunk.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { loadDuePayments } from '../../db/queries/due-payments.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { retryPayments } from '../../db/queries/retry-payments.ts';
import { acquireSlot } from '../../db/queries/slot.ts';
import { noRow } from '../../db/rows.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import type { LookupResult, Outcome } from '../../domain/outcome.ts';
import { makeMockProvider } from '../../providers/mock/provider.ts';
import type { Provider, SignedRequest } from '../../providers/port.ts';
import { plainTools } from '../../providers/tools.ts';
import { insertPayable } from '../support/rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/vault.ts';

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

const failed: Outcome = {
  kind: 'FAILED_FINAL',
  providerPaymentId: null,
  failure: { code: 'invalid_account', providerCode: 'x', payeeRemedy: 'x', operatorRemedy: 'x' },
};

/** Signs what it is asked to, by the references, and answers as it is told. */
function signingProvider(submitted: Outcome, lookedUp: LookupResult = { kind: 'ABSENT' }) {
  const signed: string[] = [];
  const sent: string[] = [];
  const says = { submitted, lookedUp, lifeMs: 600_000 };
  const config = { baseUrl: 'http://127.0.0.1:9', apiKey: 'x', webhookSecret: 'whsec_eA==' };
  const mock = makeMockProvider({ ...config, submission: 'batch' }, plainTools());
  const provider: Provider = {
    ...mock,
    stage: (payments) => {
      const body = JSON.stringify([signed.length, ...payments.map(({ reference }) => reference)]);
      signed.push(body);
      const request: SignedRequest = { body, expiresAt: new Date(Date.now() + says.lifeMs) };
      return Promise.resolve({ kind: 'signed', request });
    },
    submit: (payments, options) => {
      sent.push(options.signed?.body ?? 'nothing signed');
      return Promise.resolve(new Map(payments.map(({ reference }) => [reference, says.submitted])));
    },
    lookup: (orders) =>
      Promise.resolve(new Map(orders.map(({ reference }) => [reference, says.lookedUp]))),
  };
  return { provider, signed, sent, says };
}

async function runningBatch(payees = 1): Promise<string> {
  await db.run(noRow, "update batches set status = 'SETTLING' where status = 'PROCESSING'");
  const affiliateIds: string[] = [];
  for (let made = 0; made < payees; made += 1) affiliateIds.push((await insertPayable(db)).payeeId);
  const batchId = newId('batch');
  await createBatch(db, {
    affiliateIds,
    currency: 'USD',
    provider: 'mock',
    limits: OPEN_LIMITS,
    batchId,
    actor: SYSTEM,
    requiredApprovals: 0,
  });
  await queueIfCleared(db, batchId, SYSTEM);
  expect(await acquireSlot(db, batchId)).toBeTruthy();
  return batchId;
}

async function handOver(batchId: string, provider: Provider) {
  await db.run(noRow, 'update payments set due_at = null where batch_id = $1', [batchId]);
  const due = await loadDuePayments(db, batchId, { fromChunk: 0, toChunk: 0 }, false);
  const fence = newId('group');
  return handOverChunk(
    { db, vault: testVault, provider, batchId, fence, stopped: () => false },
    due,
  );
}

const statesOf = async (batchId: string) =>
  (
    await db.run(
      z.object({ status: z.string() }),
      'select status from payments where batch_id = $1 order by ordinal',
      [batchId],
    )
  ).map(({ status }) => status);

test('after a lost answer the same signed bytes are sent again, and nothing new is signed', async () => {
  const batchId = await runningBatch(3);
  const { provider, signed, sent, says } = signingProvider({ kind: 'AMBIGUOUS', code: 'lost' });
  await handOver(batchId, provider);
  expect(await statesOf(batchId)).toEqual(['UNKNOWN', 'UNKNOWN', 'UNKNOWN']);
  says.submitted = { kind: 'ACCEPTED', providerPaymentId: 'pa-1' };
  await handOver(batchId, provider);
  expect(signed).toHaveLength(1);
  expect(sent).toEqual([signed[0], signed[0]]);
  expect(await statesOf(batchId)).toEqual(['PROCESSING', 'PROCESSING', 'PROCESSING']);
});

test('a payment that failed and is retried is signed anew, also while the old signature lives', async () => {
  const batchId = await runningBatch();
  const { provider, signed, sent, says } = signingProvider(failed);
  await handOver(batchId, provider);
  expect(await statesOf(batchId)).toEqual(['FAILED']);
  expect(await retryPayments(db, batchId, null, 'key:test')).toBe(1);
  says.submitted = { kind: 'ACCEPTED', providerPaymentId: 'pa-2' };
  await handOver(batchId, provider);
  expect(sent).toEqual(signed);
  expect(signed).toHaveLength(2);
  expect(signed[0]).toMatch(/:1"\]$/);
  expect(signed[1]).toMatch(/:2"\]$/);
});

test.each([
  ['neither sent again nor replaced while it might just be executed', 1_000, 1],
  ['replaced once it and the quiet time are over', -3_600_000, 2],
])('a signature in doubt is %s', async (_what, lifeMs, signatures) => {
  const batchId = await runningBatch();
  const { provider, signed, sent, says } = signingProvider({ kind: 'AMBIGUOUS', code: 'lost' });
  says.lifeMs = lifeMs;
  await handOver(batchId, provider);
  await handOver(batchId, provider);
  expect(signed).toHaveLength(signatures);
  expect(sent).toEqual(signed);
  expect(new Set(signed.map((body) => body.slice(2))).size).toBe(1);
});
