import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { matureCommissions } from '../../db/queries/mature-commissions.ts';
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

/** Commissions of many payees whose times come by turns; their payees' names begin with `name`. */
const wait = (name: string, payees: number, each: number) =>
  db.run(
    z.unknown(),
    `with payee as (
       insert into payees (id, external_id, full_name, email, country, currency)
       select $1 || lpad(i::text, 6, '0'), $1 || i, 'A', 'a@example.test', 'US', 'USD' from generate_series(1, $2::int) i
       returning id
     )
     insert into commissions (id, external_id, payee_id, amount_minor, currency, status, earned_at, available_at, programme_id)
     select 'com_' || id || n, id || n, id, 100 + n, 'USD', 'PENDING', now() - interval '40 days',
       now() - n * interval '1 hour', case when n % 2 = 0 then 'prg_even' else 'prg_odd' end
     from payee cross join generate_series(1, $3::int) n`,
    [name, payees, each],
    { deadlineMs: 60_000 },
  );

const payablesOf = async (name: string) => {
  const rows = await db.run(
    z.object({ payables: z.bigint(), commissions: z.bigint(), most: z.int() }),
    `select count(*) as payables, sum(commission_count)::bigint as commissions, max(commission_count) as most
     from payables where payee_id like $1 || '%'`,
    [name],
  );
  return rows[0];
};

const breaches = async () => (await checkInvariants(db)).filter((each) => each.breaches > 0);

test('a large backlog makes one payable a payee and programme, however its times lie', async () => {
  await wait('many', 800, 20);
  expect(await matureCommissions(db)).toBe(16_000);
  expect(await payablesOf('many')).toEqual({ payables: 1_600n, commissions: 16_000n, most: 10 });
  expect(await breaches()).toEqual([]);
});

test('a payee with more than a payable holds gets several, and the next payee one of its own', async () => {
  await wait('big', 1, 20_001);
  await wait('small', 1, 4);
  expect(await matureCommissions(db)).toBe(20_005);
  const found = await payablesOf('big');
  expect(found?.commissions).toBe(20_001n);
  expect(found?.payables).toBeLessThanOrEqual(26n);
  expect(found?.most).toBeLessThanOrEqual(1_000);
  expect(await payablesOf('small')).toEqual({ payables: 2n, commissions: 4n, most: 2 });
  expect(await breaches()).toEqual([]);
});

test('what is held does not mature before it is released', async () => {
  await wait('held', 1, 3);
  await db.run(z.unknown(), "update commissions set held = true where id = 'com_held0000012'");
  expect(await matureCommissions(db)).toBe(2);
  expect(await payablesOf('held')).toEqual({ payables: 1n, commissions: 2n, most: 2 });
  await db.run(z.unknown(), "update commissions set held = false where id = 'com_held0000012'");
  expect(await matureCommissions(db)).toBe(1);
  expect(await breaches()).toEqual([]);
});
