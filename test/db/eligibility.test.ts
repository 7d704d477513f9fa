import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import {
  listPayableAffiliates,
  summarisePayableAffiliates,
} from '../../db/queries/payable-affiliates.ts';
import { previewBatch } from '../../db/queries/preview.ts';
import { storeChannels } from '../../db/queries/provider-channels.ts';
import {
  OPEN_LIMITS,
  skipCodes,
  strictest,
  type AmountLimits,
  type PayeeFacts,
} from '../../domain/eligibility.ts';
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

const request = { currency: 'USD', provider: 'mock', limits: OPEN_LIMITS };

/** The provider's limits that each payee is judged by, one after the other. */
const TERMS: (AmountLimits | null)[] = [
  OPEN_LIMITS,
  { minimumMinor: 1_000n, maximumMinor: 20_000n, incrementMinor: 50n },
  { minimumMinor: 1n, maximumMinor: 999_999n, incrementMinor: 100n },
  null,
];

/** Stored for the channel A; the channel B is one that the provider has not listed. */
const CHANNEL = {
  code: 'A',
  currency: 'USD',
  name: 'Bank A',
  category: 'BANK',
  minimumMinor: 200n,
  maximumMinor: 12_400n,
  incrementMinor: 40n,
};

const payeeKind = fc.record({
  kycStatus: fc.constantFrom('APPROVED', 'APPROVED', 'PENDING', 'NOT_STARTED', 'REJECTED', null),
  hold: fc.constantFrom(null, null, null, 'asked to wait'),
  blocked: fc.constantFrom(false, false, false, true),
  amountMinor: fc.constantFrom(
    -500n,
    1n,
    99n,
    100n,
    150n,
    200n,
    12_345n,
    12_400n,
    20_000n,
    20_001n,
  ),
  currency: fc.constantFrom('USD', 'USD', 'EUR'),
  claimed: fc.constantFrom(false, false, true),
  channel: fc.constantFrom(null, 'A', 'A', 'B'),
});
type Kind = typeof payeeKind extends fc.Arbitrary<infer T> ? T : never;

function factsOf(kind: Kind, limits: AmountLimits | null): PayeeFacts {
  const here = kind.currency === 'USD' && !kind.claimed;
  const listed = kind.channel === 'A' && kind.kycStatus !== null;
  return {
    held: kind.hold !== null || (kind.blocked && kind.kycStatus !== null),
    kycStatus: kind.kycStatus,
    payableMinor: here ? kind.amountMinor : 0n,
    payableCount: here ? 1 : 0,
    claimedCount: kind.claimed && kind.currency === 'USD' ? 1 : 0,
    maturingCount: 0,
    otherCurrencyCount: kind.currency === 'EUR' && !kind.claimed ? 1 : 0,
    minimumMinor: 100n,
    limits: limits && listed ? strictest(limits, CHANNEL) : limits,
  };
}

async function insertKind(kind: Kind): Promise<string> {
  const { payeeId, payableId } = await insertPayable(db, kind);
  const claim = "update payables set open = false, payment_id = 'pay_other' where id = $1";
  if (kind.claimed) await db.run(z.unknown(), claim, [payableId]);
  await db.run(
    z.unknown(),
    'update accounts set channel_code = $2, blocked_code = $3 where payee_id = $1',
    [payeeId, kind.channel, kind.blocked ? 'invalid_destination' : null],
  );
  return payeeId;
}

test('the database judges 400 payees of every kind as domain/eligibility.ts does', async () => {
  await storeChannels(db, 'mock', 'USD', [CHANNEL]);
  const kinds = new Map<string, Kind>();
  for (const kind of fc.sample(payeeKind, 400)) kinds.set(await insertKind(kind), kind);
  const seen = new Set<string | null>();
  for (const limits of TERMS) {
    const asked = { ...request, limits };
    const { items } = await previewBatch(db, { ...asked, affiliateIds: [...kinds.keys()] });
    const expected = [...kinds].map(
      ([id, kind]) => [id, skipCodes(factsOf(kind, limits))] as const,
    );
    expect(new Map(items.map(({ affiliateId, code }) => [affiliateId, code]))).toEqual(
      new Map(expected.map(([id, codes]) => [id, codes[0] ?? null])),
    );
    const listed = await listPayableAffiliates(
      db,
      { provider: 'mock', currency: 'USD' },
      new Map(limits ? [['USD', limits]] : []),
      undefined,
      1_000,
    );
    const payable = new Set(listed.map(({ id }) => id));
    expect(new Map(listed.map(({ id, reasons }) => [id, reasons]))).toEqual(
      new Map(expected.filter(([id]) => payable.has(id))),
    );
    for (const { code } of items) seen.add(code);
  }
  expect(seen).toEqual(
    new Set([
      'amount_increment',
      'amount_out_of_range',
      'below_minimum',
      'currency_mismatch',
      'in_flight',
      'kyc_pending',
      'kyc_rejected',
      'negative_balance',
      'no_account',
      'payee_hold',
      'provider_unsupported',
      null,
    ]),
  );
});

test('the summary counts as ready exactly those that the list shows without a reason', async () => {
  for (const limits of TERMS) {
    const known = new Map(limits ? [['USD', limits]] : []);
    const filter = { provider: 'mock', currency: 'USD' };
    const listed = await listPayableAffiliates(db, filter, known, undefined, 1_000);
    const ready = listed.filter(({ reasons }) => reasons.length === 0).length;
    const [totals] = await summarisePayableAffiliates(db, filter, known);
    expect(totals).toMatchObject({ affiliates: listed.length, ready });
    const filtered = { ...filter, ready: true };
    expect(await listPayableAffiliates(db, filtered, known, undefined, 1_000)).toHaveLength(ready);
    expect(ready > 0).toBe(limits !== null);
  }
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
