import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { changeAffiliate } from '../../db/queries/change-affiliate.ts';
import { DEFAULT_PROGRAMME_ID } from '../../domain/rules/programme.ts';
import { conversionStage, sale } from '../support/conversion-stage.ts';
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

test.each([
  ["programme_id = 'prg_other'", '23001'],
  ["external_id = 'mine'", '23001'],
  ["affiliate_external_id = 'mine'", '23001'],
  ['amount_minor = amount_minor + 1', '23001'],
  ["currency = 'EUR'", '23001'],
  ["occurred_at = occurred_at - interval '1 day'", '23001'],
  ['test = true', '23001'],
  ["status = 'PAID'", '23514'],
])('what a conversion says never changes: %s', async (change, code) => {
  const { externalId } = await register();
  const [id] = await store(sale(externalId));
  expect(await refusal(`update conversions set ${change} where id = $1`, [id])).toBe(code);
});

test('the database itself refuses what must not be', async () => {
  const { externalId } = await register();
  const [id] = await store(sale(externalId, { refundedAt: new Date('2026-03-11T00:00:00Z') }));
  const reversal = `insert into conversion_reversals (id, external_id, conversion_id, kind, amount_minor, occurred_at, created_by)
    values ($1, $1, $2, 'refund', 1, now(), 'nobody')`;
  expect(await refusal(reversal, [newId('reversal'), id])).toBe('23514');
  expect(await refusal('delete from conversions where id = $1', [id])).toBe('23001');
  expect(await refusal('delete from conversion_reversals where conversion_id = $1', [id])).toBe(
    '23001',
  );
  expect(
    await refusal('update conversion_reversals set amount_minor = 1 where conversion_id = $1', [
      id,
    ]),
  ).toBe('23001');
});

test('a suspension has all programmes of the affiliate calculated from its beginning, once', async () => {
  const { id, externalId } = await register();
  await store(sale(externalId));
  await takeQueue(id);
  const today = new Date().toISOString().slice(0, 10);
  const suspend = () => changeAffiliate(db, { id, suspended: { reason: 'fraud' }, actor: SYSTEM });
  await suspend();
  expect(await takeQueue(id)).toEqual({ [id]: today });
  await suspend();
  expect(await takeQueue(id)).toEqual({});
  await changeAffiliate(db, { id, suspended: null, actor: SYSTEM });
  expect(await takeQueue(id)).toEqual({ [id]: today });
  const rows = await db.run(
    z.object({ action: z.string() }),
    "select action from audit_logs where details ->> 'affiliateId' = $1 order by id",
    [id],
  );
  expect(rows.map(({ action }) => action)).toEqual(['affiliate.suspended', 'affiliate.reinstated']);
  expect(
    await numberOf('select count(*) as n from calculation_queue where programme_id <> $1', [
      DEFAULT_PROGRAMME_ID,
    ]),
  ).toBe(0);
});
