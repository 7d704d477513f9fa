import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { handOverChunk } from '../../activities/hand-over-chunk.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { loadDuePayments } from '../../db/queries/due-payments.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { acquireSlot } from '../../db/queries/slot.ts';
import { noRow } from '../../db/rows.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import { makeMockProvider } from '../../providers/mock/provider.ts';
import { ProviderError, type Capabilities, type Provider } from '../../providers/port.ts';
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

/** Loses every answer, finds nothing out, and says what it holds unless it is away. */
function silentProvider(doubt: Capabilities['doubt']) {
  const self = { away: true, sent: [] as string[] };
  const config = { baseUrl: 'http://127.0.0.1:9', apiKey: 'x', webhookSecret: 'whsec_eA==' };
  const mock = makeMockProvider({ ...config, submission: 'single' }, plainTools());
  const provider: Provider = {
    ...mock,
    capabilities: { ...mock.capabilities, doubt },
    submit: (payments) => {
      self.sent.push(...payments.map(({ body }) => body));
      return Promise.resolve(
        new Map(payments.map(({ reference }) => [reference, { kind: 'AMBIGUOUS', code: 'lost' }])),
      );
    },
    lookup: (orders) =>
      Promise.resolve(
        new Map(orders.map(({ reference }) => [reference, { kind: 'AMBIGUOUS', code: 'mute' }])),
      ),
    balance: () =>
      self.away
        ? Promise.reject(new ProviderError('unreachable', 'away'))
        : Promise.resolve(1_000_000n),
  };
  return { provider, self };
}

async function runningBatch(): Promise<string> {
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
  return batchId;
}

/** So many tries, without the waits between them; how often each found the payment due. */
async function tryAgain(batchId: string, provider: Provider, times: number): Promise<number[]> {
  const due: number[] = [];
  for (let time = 0; time < times; time += 1) {
    await db.run(noRow, 'update payments set due_at = null where batch_id = $1', [batchId]);
    const payments = await loadDuePayments(db, batchId, { fromChunk: 0, toChunk: 0 }, true);
    due.push(payments.length);
    if (payments.length === 0) continue;
    const fence = newId('group');
    const desk = { db, vault: testVault, provider, batchId, fence, stopped: () => false };
    await handOverChunk(desk, payments);
  }
  return due;
}

const stateOf = (batchId: string) =>
  db.run(
    z.object({ status: z.string(), failures: z.number() }),
    'select status, failures from payments where batch_id = $1',
    [batchId],
  );

test.each(['lookup', 'resend'] as const)(
  'P16: while a provider is away, doubt costs no try and nothing is repeated (%s)',
  async (doubt) => {
    const batchId = await runningBatch();
    const { provider, self } = silentProvider(doubt);
    expect(await tryAgain(batchId, provider, 8)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(self.sent).toHaveLength(1);
    expect(await stateOf(batchId)).toEqual([{ status: 'UNKNOWN', failures: 1 }]);
  },
);

test('a provider that is back and can only be asked by a repetition is sent the same bytes again', async () => {
  const batchId = await runningBatch();
  const { provider, self } = silentProvider('resend');
  await tryAgain(batchId, provider, 3);
  self.away = false;
  expect(await tryAgain(batchId, provider, 5)).toEqual([1, 1, 1, 0, 0]);
  expect(self.sent).toHaveLength(4);
  expect(new Set(self.sent).size).toBe(1);
});

test('a provider that answers, but nothing that can be understood, is left to the resolver after four tries', async () => {
  const batchId = await runningBatch();
  const { provider, self } = silentProvider('lookup');
  self.away = false;
  expect(await tryAgain(batchId, provider, 6)).toEqual([1, 1, 1, 1, 0, 0]);
  expect(self.sent).toHaveLength(1);
  expect(await stateOf(batchId)).toEqual([{ status: 'UNKNOWN', failures: 4 }]);
});
