import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCheckHalt } from '../../activities/check-halt.ts';
import type { Deps } from '../../activities/deps.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { pauseBatch } from '../../db/queries/pause-batch.ts';
import { loadBatch } from '../../db/queries/slot.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import { ProviderError, type Provider } from '../../providers/port.ts';
import { listingBooks, listingProvider } from '../support/listing-provider.ts';
import { insertPayable } from '../support/rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

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

async function haltedBatch(): Promise<string> {
  const batchId = newId('batch');
  const affiliateIds = [(await insertPayable(db)).payeeId];
  const request = { affiliateIds, currency: 'USD', provider: 'mock', requiredApprovals: 0 };
  await createBatch(db, { batchId, actor: SYSTEM, limits: OPEN_LIMITS, ...request });
  await pauseBatch(db, batchId, SYSTEM.id, 'HALT invalid_credentials', 'credentials');
  return batchId;
}

async function check(balance: () => Promise<bigint>) {
  const batchId = await haltedBatch();
  const provider: Provider = { ...listingProvider(listingBooks()), balance };
  const providers = { named: () => provider, all: () => [provider], close: async () => {} };
  const deps: Pick<Deps, 'db' | 'providers'> = { db, providers };
  const { passed } = await makeCheckHalt(deps as Deps)({ batchId });
  const batch = await loadBatch(db, batchId);
  return { passed, paused: batch?.paused };
}

const failing = (code: ConstructorParameters<typeof ProviderError>[0]) => () =>
  Promise.reject(new ProviderError(code, 'no'));

test.each([
  ['covers what is unsent', () => Promise.resolve(10_000_000n), true],
  ['does not cover it', () => Promise.resolve(1n), false],
  ['cannot be read, since the key is not taken', failing('invalid_credentials'), false],
  ['cannot be read, since nobody answers', failing('unreachable'), false],
  ['is no common one, and the key is taken', failing('unsupported'), true],
])('a halted batch whose balance %s: passed %#', async (_name, balance, passed) => {
  expect(await check(balance)).toEqual({ passed, paused: !passed });
});
