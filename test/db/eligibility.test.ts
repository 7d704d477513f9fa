import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { previewBatch } from '../../db/queries/preview.ts';
import { skipCodes, type PayeeFacts } from '../../domain/eligibility.ts';
import { AMOUNT_MINOR_MAX } from '../../domain/limits.ts';
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

const request = { currency: 'USD', provider: 'mock' };

test('the database judges 300 payees of every kind as domain/eligibility.ts does', async () => {
  const kinds = fc.sample(
    fc.record({
      kycStatus: fc.constantFrom(
        'APPROVED',
        'APPROVED',
        'PENDING',
        'NOT_STARTED',
        'REJECTED',
        null,
      ),
      hold: fc.constantFrom(null, null, 'asked to wait'),
      amountMinor: fc.constantFrom(-500n, 1n, 99n, 100n, 12_345n),
      currency: fc.constantFrom('USD', 'USD', 'EUR'),
      claimed: fc.constantFrom(false, false, true),
    }),
    300,
  );
  const expected = new Map<string, string | null>();
  for (const kind of kinds) {
    const { payeeId, payableId } = await insertPayable(db, kind);
    if (kind.claimed) {
      const claim = "update payables set open = false, payment_id = 'pay_other' where id = $1";
      await db.run(z.unknown(), claim, [payableId]);
    }
    const here = kind.currency === 'USD' && !kind.claimed;
    const facts: PayeeFacts = {
      held: kind.hold !== null,
      kycStatus: kind.kycStatus,
      payableMinor: here ? kind.amountMinor : 0n,
      payableCount: here ? 1 : 0,
      claimedCount: kind.claimed && kind.currency === 'USD' ? 1 : 0,
      maturingCount: 0,
      otherCurrencyCount: kind.currency === 'EUR' && !kind.claimed ? 1 : 0,
      minimumMinor: 100n,
      maximumMinor: AMOUNT_MINOR_MAX,
    };
    expected.set(payeeId, skipCodes(facts)[0] ?? null);
  }
  const { items } = await previewBatch(db, { ...request, affiliateIds: [...expected.keys()] });
  expect(new Map(items.map(({ affiliateId, code }) => [affiliateId, code]))).toEqual(expected);
  expect(new Set(expected.values()).size).toBeGreaterThanOrEqual(8);
});

test('a batch pays exactly what its preview showed, and a stale preview is refused', async () => {
  const preview = await previewBatch(db, request);
  const input = {
    ...request,
    actor: SYSTEM,
    requiredApprovals: 0,
    previewHash: preview.previewHash,
  };
  await insertPayable(db);
  await expect(createBatch(db, { ...input, batchId: newId('batch') })).rejects.toMatchObject({
    code: 'preview_stale',
  });
  const fresh = await previewBatch(db, request);
  const batchId = newId('batch');
  await createBatch(db, { ...input, batchId, previewHash: fresh.previewHash });
  const [made] = await db.run(
    z.object({ payment_count: z.number(), total_minor: z.bigint() }),
    'select payment_count, total_minor from batches where id = $1',
    [batchId],
  );
  expect(made).toEqual({
    payment_count: fresh.summary.eligibleAffiliates,
    total_minor: fresh.summary.totalAmountMinor,
  });
});
