import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { errorCode } from '../../db/errors.ts';
import { issueStatement, issueStatements, issueYear } from '../../db/queries/statement/issue.ts';
import { sentPayments, type SentPayment } from '../support/sent-payments.ts';
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

const paid = (count: number): Promise<SentPayment[]> =>
  sentPayments(db, count, (providerPaymentId) => ({ kind: 'SETTLED', providerPaymentId }));

const given = () =>
  db.run(
    z.object({ number: z.bigint().transform(Number), payment_id: z.string().nullable() }),
    'select number, payment_id from statements order by number',
  );

const numbers = async (): Promise<number[]> => (await given()).map(({ number }) => number);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

/** Spreads payments over so many different instants, the last ones a minute ago. */
const spread = (payments: readonly SentPayment[]): Promise<unknown> =>
  db.run(
    z.unknown(),
    `update payments p set completed_at = now() - interval '1 minute' - (i.place * 7919 % 1000) * interval '1 second'
     from unnest($1::text[]) with ordinality as i (id, place) where p.id = i.id`,
    [payments.map(({ id }) => id)],
  );

const inOrder = () =>
  db.run(
    z.object({ payment_id: z.string() }),
    `select id as payment_id from payments where completed_at is not null order by completed_at, id`,
  );

test('twenty who give numbers at once leave no gap and give none twice, in the order of settlement', async () => {
  const payments = await paid(60);
  await spread(payments);
  const asked = payments.filter((_, place) => place % 4 === 0).map(({ id }) => id);
  const found = await Promise.all([
    ...asked.map((id) => issueStatement(db, id)),
    ...upTo(5).map(() => issueStatements(db)),
  ]);
  expect(found).toHaveLength(20);
  expect(await numbers()).toEqual(upTo(60));
  expect((await given()).map(({ payment_id }) => payment_id)).toEqual(
    (await inOrder()).map(({ payment_id }) => payment_id),
  );
  const again = await Promise.all(asked.map((id) => issueStatement(db, id)));
  expect(again.map((each) => each?.number)).toEqual(
    found.slice(0, asked.length).map((each) => Reflect.get(Object(each), 'number')),
  );
});

test('a payment that is not settled has no number, and takes none', async () => {
  const before = (await numbers()).length;
  const [open] = await sentPayments(db, 1);
  expect(await issueStatement(db, open?.id ?? '')).toBeNull();
  expect(await issueStatement(db, `pay_${'0'.repeat(32)}`)).toBeNull();
  expect(await issueStatements(db)).toBe(0);
  expect(await numbers()).toEqual(upTo(before));
});

test('one that comes to light late gets the next number when somebody asks', async () => {
  await issueStatements(db);
  const before = (await numbers()).length;
  const [late] = await paid(1);
  await db.run(
    z.unknown(),
    "update payments set completed_at = now() - interval '3 days' where id = $1",
    [late?.id],
  );
  expect(await issueStatements(db)).toBe(0);
  expect((await issueStatement(db, late?.id ?? ''))?.number).toBe(before + 1);
  await paid(3);
  expect(await issueStatements(db)).toBe(3);
  expect(await numbers()).toEqual(upTo(before + 4));
});

test('years take numbers of the same row, one for each payee and year', async () => {
  const before = (await numbers()).length;
  const payees = ['aff_a', 'aff_b'];
  const found = await Promise.all(
    payees.flatMap((id) => upTo(5).map(() => issueYear(db, id, 2025))),
  );
  expect(new Set(found.map(({ number }) => number)).size).toBe(2);
  await issueYear(db, 'aff_a', 2024);
  expect(await numbers()).toEqual(upTo(before + 3));
});

test('what was given is never changed or taken back', async () => {
  for (const change of [
    'delete from statements',
    'update statements set number = number + 1',
    'truncate statements',
  ]) {
    const refused = await db.run(z.unknown(), change).then(
      () => 'accepted',
      (error: unknown) => errorCode(error),
    );
    expect([change, refused]).toEqual([change, '23001']);
  }
});
