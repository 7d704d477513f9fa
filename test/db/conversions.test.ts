import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { checkConversions } from '../../db/queries/check-conversions.ts';
import {
  adoptConversions,
  ingestConversions,
  settleConversions,
  writeConversions,
} from '../../db/queries/ingest-conversions.ts';
import { reverseConversion } from '../../db/queries/reverse-conversion.ts';
import { inTransaction } from '../../db/transaction.ts';
import { conversionStage, name, sale } from '../support/conversion-stage.ts';
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

const { register, store, takeQueue, numberOf, refusal } = conversionStage(() => db);

test('a hundred calls at once with the same external id make one conversion, and one says so', async () => {
  const { id, externalId } = await register();
  const item = sale(externalId);
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => ingestConversions(db, [item], SYSTEM)),
  );
  const stored = answers.flatMap((answer) => answer.stored ?? []);
  expect(stored).toHaveLength(100);
  expect(new Set(stored.map((one) => one.id)).size).toBe(1);
  expect(stored.filter(({ created }) => created)).toHaveLength(1);
  expect(await numberOf('select count(*) as n from conversions where payee_id = $1', [id])).toBe(1);
  expect(
    await numberOf(
      `select count(*) as n from audit_logs where action = 'conversion.created' and details ->> 'count' = '1'`,
    ),
  ).toBe(1);
});

test('lists of the same conversions in other orders, at once, are stored once and without deadlock', async () => {
  const affiliates = await Promise.all([register(), register(), register()]);
  const items = Array.from({ length: 60 }, (_, index) =>
    sale(affiliates[index % 3]?.externalId ?? '', { orderId: `at-once-${index % 7}` }),
  );
  const lists = Array.from({ length: 12 }, (_, turn) => [
    ...items.slice(turn * 5),
    ...items.slice(0, turn * 5),
  ]);
  const answers = await Promise.all(lists.map((list) => ingestConversions(db, list, SYSTEM)));
  expect(answers.every(({ stored }) => stored?.length === 60)).toBe(true);
  const created = answers.flatMap(({ stored }) => stored ?? []).filter((one) => one.created);
  expect(created).toHaveLength(60);
});

test('one that contradicts what stands refuses the whole list', async () => {
  const { externalId } = await register();
  const first = sale(externalId);
  await store(first);
  const fresh = sale(externalId);
  const { refused } = await ingestConversions(db, [fresh, { ...first, amountMinor: 1n }], SYSTEM);
  expect(refused?.[1]).toEqual({ kind: 'conflict', field: 'amount' });
  expect(
    await numberOf('select count(*) as n from conversions where external_id = $1', [
      fresh.externalId,
    ]),
  ).toBe(0);
});

test('of two with other content at once one is stored and the other is a conflict', async () => {
  const { externalId } = await register();
  const items = Array.from({ length: 10 }, (_, index) =>
    sale(externalId, { externalId: 'contended', amountMinor: BigInt(index + 1) }),
  );
  const other = items.map(() => sale(externalId));
  const answers = await Promise.all(
    items.map((item, index) => ingestConversions(db, [item, other[index] ?? item], SYSTEM)),
  );
  expect(answers.filter(({ stored }) => stored !== null)).toHaveLength(1);
  // What came along with the refused ones is not there either.
  expect(
    await numberOf('select count(*) as n from conversions where external_id = any($1::text[])', [
      other.map((one) => one.externalId),
    ]),
  ).toBe(1);
});

test('a status only moves on, and each step asks for a calculation from then on', async () => {
  const { id, externalId } = await register();
  const item = sale(externalId, { status: 'PENDING' });
  await store(item);
  expect(await takeQueue(id)).toEqual({ [id]: '2026-03-10' });
  await store({ ...item, status: 'APPROVED' });
  expect(await takeQueue(id)).toEqual({ [id]: '2026-03-10' });
  await store({ ...item, status: 'APPROVED' });
  expect(await takeQueue(id)).toEqual({});
  await store({ ...item, status: 'CANCELLED' });
  for (const status of ['PENDING', 'APPROVED'] as const) {
    const { refused } = await ingestConversions(db, [{ ...item, status }], SYSTEM);
    expect(refused).toEqual([{ kind: 'conflict', field: 'status' }]);
  }
});

test('one that comes late asks for its own affiliate and for that of a later one of the same order or customer', async () => {
  const [first, second, third, other] = await Promise.all([
    register(),
    register(),
    register(),
    register(),
  ]);
  const at = (day: string) => new Date(`2026-04-${day}T00:00:00Z`);
  await store(
    sale(second.externalId, { orderId: 'o-1', occurredAt: at('20') }),
    sale(third.externalId, { customer: 'c-1', occurredAt: at('21') }),
    sale(other.externalId, { orderId: 'o-1', occurredAt: at('02') }),
    sale(other.externalId, { orderId: 'o-2', occurredAt: at('22') }),
  );
  await takeQueue(second.id, third.id, other.id);
  const late = sale(first.externalId, { orderId: 'o-1', customer: 'c-1', occurredAt: at('10') });
  await store(late);
  const queued = await takeQueue(first.id, second.id, third.id, other.id);
  expect(queued).toEqual({
    [first.id]: '2026-04-10',
    [second.id]: '2026-04-20',
    [third.id]: '2026-04-21',
  });
  // Once it is cancelled they no longer are duplicates of it.
  await store({ ...late, status: 'CANCELLED' });
  expect(Object.keys(await takeQueue(first.id, second.id, third.id)).toSorted()).toEqual(
    [first.id, second.id, third.id].toSorted(),
  );
});

test('one that is committed after a later one was calculated asks for that one behind its commit', async () => {
  const [first, second] = await Promise.all([register(), register()]);
  const early = sale(first.externalId, { orderId: 'o-9', occurredAt: new Date('2026-05-01') });
  const late = sale(second.externalId, { orderId: 'o-9', occurredAt: new Date('2026-05-02') });
  await inTransaction(db, 10_000, async (tx) => {
    await writeConversions(tx, [early], await checkConversions(tx, [early]), SYSTEM);
    await store(late);
    await takeQueue(second.id);
  });
  expect(await takeQueue(second.id)).toEqual({});
  await settleConversions(db, [early]);
  expect(await takeQueue(second.id)).toEqual({ [second.id]: '2026-05-02' });
});

test('conversions of an affiliate that nobody knows wait for it, and become its own when it is registered', async () => {
  const externalId = name('later');
  const [id] = await store(sale(externalId), sale(externalId, { externalId: name('cnv') }));
  const waiting = 'select count(*) as n from conversions where id = $1 and payee_id is null';
  expect(await numberOf(waiting, [id])).toBe(1);
  const affiliate = await register(externalId);
  expect(await numberOf(waiting, [id])).toBe(0);
  expect(await takeQueue(affiliate.id)).toEqual({ [affiliate.id]: '2026-03-10' });
  expect(await adoptConversions(db)).toBe(0);
  expect(await refusal("update conversions set payee_id = 'aff_other' where id = $1", [id])).toBe(
    '23001',
  );
});

test('an affiliate that is registered while its conversions come in gets all of them', async () => {
  for (let round = 0; round < 15; round += 1) {
    const externalId = name('racing');
    await Promise.all([
      ...Array.from({ length: 4 }, () => store(sale(externalId))),
      register(externalId),
      ...Array.from({ length: 4 }, () => store(sale(externalId))),
    ]);
  }
  expect(
    await numberOf(
      "select count(*) as n from conversions where payee_id is null and affiliate_external_id like 'racing-%'",
    ),
  ).toBe(0);
});

test('REFUNDED stores a conversion and a reversal of all of it; later it reverses what is left', async () => {
  const { externalId } = await register();
  const refundedAt = new Date('2026-03-12T00:00:00Z');
  const whole = sale(externalId, { refundedAt });
  const [first] = await store(whole);
  await store(whole);
  const partly = sale(externalId);
  const [second = ''] = await store(partly);
  await reverseConversion(db, {
    id: newId('reversal'),
    externalId: name('rvs'),
    conversionId: second,
    kind: 'refund',
    amountMinor: 2_500n,
    actor: SYSTEM,
  });
  await store({ ...partly, refundedAt });
  const sum = `select count(*) as n from (select conversion_id from conversion_reversals
    where conversion_id = any($1::text[]) group by conversion_id having sum(amount_minor) = 10000) full_ones`;
  expect(await numberOf(sum, [[first, second]])).toBe(2);
});

test('reversals at once never come to more than the conversion, and each external id counts once', async () => {
  const { id, externalId } = await register();
  const [conversionId = ''] = await store(sale(externalId));
  await takeQueue(id);
  const ask = (external: string) =>
    reverseConversion(db, {
      id: newId('reversal'),
      externalId: external,
      conversionId,
      kind: 'refund',
      amountMinor: 3_000n,
      actor: SYSTEM,
    });
  const keys = Array.from({ length: 12 }, (_, index) => `refund-${index % 6}`);
  const outcomes = await Promise.all(keys.map(ask));
  expect(outcomes.filter(({ kind }) => kind === 'created')).toHaveLength(3);
  const sum = 'select sum(amount_minor) as n from conversion_reversals where conversion_id = $1';
  expect(await numberOf(sum, [conversionId])).toBe(9_000);
  expect(await takeQueue(id)).toEqual({ [id]: '2026-03-10' });
  const rest = await Promise.all(
    ['rest-a', 'rest-b'].map((external) =>
      reverseConversion(db, {
        id: newId('reversal'),
        externalId: external,
        conversionId,
        kind: 'chargeback',
        actor: SYSTEM,
      }),
    ),
  );
  expect(rest.map(({ kind }) => kind).toSorted()).toEqual(['created', 'too_much']);
  expect(await numberOf(sum, [conversionId])).toBe(10_000);
});
