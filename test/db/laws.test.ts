import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { errorCode } from '../../db/errors.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { BATCH_STATES, BATCH_TRANSITIONS } from '../../domain/batch.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import { COMMISSION_STATES, COMMISSION_TRANSITIONS } from '../../domain/commission.ts';
import { PAYMENT_STATES, PAYMENT_TRANSITIONS, type PaymentState } from '../../domain/payment.ts';
import { canTransition } from '../../domain/transitions.ts';
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

const sql = (text: string, values: unknown[] = []) => db.run(z.unknown(), text, values);
const refusal = (text: string, values: unknown[] = []) =>
  sql(text, values).then(
    () => 'accepted',
    (error: unknown) => errorCode(error),
  );

async function pendingBatch(payees = 1): Promise<{ batchId: string; paymentIds: string[] }> {
  for (let count = 0; count < payees; count += 1) await insertPayable(db);
  const batchId = newId('batch');
  await createBatch(db, {
    batchId,
    currency: 'USD',
    provider: 'mock',
    limits: OPEN_LIMITS,
    actor: SYSTEM,
    requiredApprovals: 0,
  });
  const rows = await db.run(
    z.object({ id: z.string() }),
    'select id from payments where batch_id = $1 order by ordinal',
    [batchId],
  );
  return { batchId, paymentIds: rows.map(({ id }) => id) };
}

test('law 5: a second batch PROCESSING is refused', async () => {
  const first = await pendingBatch();
  const second = await pendingBatch();
  await sql(
    "update batches set status = 'QUEUED', queue_rank = 1, undo_until = now() where id in ($1, $2)",
    [first.batchId, second.batchId],
  );
  await sql("update batches set status = 'PROCESSING' where id = $1", [first.batchId]);
  expect(
    await refusal("update batches set status = 'PROCESSING' where id = $1", [second.batchId]),
  ).toBe('23505');
  await sql("update batches set status = 'QUEUED' where id = $1", [first.batchId]);
});

test('law 5: a payable that a payment claims is not claimed by another one', async () => {
  const { paymentIds } = await pendingBatch(2);
  const [first, second] = paymentIds;
  expect(
    await refusal('update payables set payment_id = $1 where payment_id = $2', [first, second]),
  ).toBe('23505');
});

test('law 5: a commission neither joins nor leaves a claimed payable', async () => {
  const { commissionId } = await insertPayable(db);
  const free = await insertPayable(db);
  await pendingBatch();
  expect(
    await refusal('update commissions set payable_id = $2 where id = $1', [
      commissionId,
      free.payableId,
    ]),
  ).toBe('23505');
  expect(
    await refusal("update commissions set payable_id = null, status = 'REVERSED' where id = $1", [
      commissionId,
    ]),
  ).toBe('23505');
});

test('law 5: a second open attempt of a payment is refused', async () => {
  const { paymentIds } = await pendingBatch();
  const insert = `insert into attempts (payment_id, generation, idempotency_key, request_hash, status)
    values ($1, $2::int, $1 || ':' || $2, 'hash', 'SENDING')`;
  await sql(insert, [paymentIds[0], '1']);
  expect(await refusal(insert, [paymentIds[0], '2'])).toBe('23505');
});

test('law 2: the key and the request of an attempt never change', async () => {
  const { paymentIds } = await pendingBatch();
  await sql(
    `insert into attempts (payment_id, generation, idempotency_key, request_hash, status)
     values ($1, 1, $1 || ':1', 'hash', 'SENDING')`,
    [paymentIds[0]],
  );
  const where = 'where payment_id = $1';
  expect(
    await refusal(`update attempts set idempotency_key = 'other' ${where}`, [paymentIds[0]]),
  ).toBe('23001');
  expect(
    await refusal(`update attempts set request_hash = 'other' ${where}`, [paymentIds[0]]),
  ).toBe('23001');
});

test.each([
  'amount_minor = amount_minor + 1',
  "account_ref = 'mine'",
  "currency = 'EUR'",
  "payee_id = 'aff_x'",
])('law 5: what a payment says about money never changes: %s', async (change) => {
  const { paymentIds } = await pendingBatch();
  expect(await refusal(`update payments set ${change} where id = $1`, [paymentIds[0]])).toBe(
    '23001',
  );
});

test.each(['0', '-1', '9007199254740992'])(
  'law 5: a payment of %s minor units is refused',
  async (amount) => {
    const { batchId } = await pendingBatch();
    expect(
      await refusal(
        `insert into payments (id, batch_id, payee_id, account_id, account_ref, provider, currency, amount_minor,
         commission_count, chunk, ordinal)
       values ('pay_x', $1, 'aff', 'acc', 'ref', 'mock', 'USD', $2, 1, 0, 99)`,
        [batchId, amount],
      ),
    ).toBe('23514');
  },
);

test('law 5: ledger and audit rows are neither changed nor deleted nor truncated', async () => {
  await insertPayable(db);
  await pendingBatch();
  for (const table of ['ledger_entries', 'audit_logs']) {
    expect(await refusal(`update ${table} set created_at = now()`)).toBe('23001');
    expect(await refusal(`delete from ${table}`)).toBe('23001');
    expect(await refusal(`truncate ${table}`)).toBe('23001');
  }
});

test('the ledger refuses an entry whose debits and credits differ, in each currency', async () => {
  const line = (entry: string, number: number, side: string, amount: number, currency = 'USD') =>
    `('${entry}', ${number}, 'x', '${side}', ${amount}, '${currency}')`;
  const insert = (...lines: string[]) =>
    refusal(
      `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency) values ${lines.join(', ')}`,
    );
  expect(await insert(line('a', 1, 'debit', 5), line('a', 2, 'credit', 5))).toBe('accepted');
  expect(await insert(line('b', 1, 'debit', 5), line('b', 2, 'credit', 4))).toBe('23514');
  expect(await insert(line('c', 1, 'debit', 5))).toBe('23514');
  expect(await insert(line('d', 1, 'debit', 5), line('d', 2, 'credit', 5, 'EUR'))).toBe('23514');
  expect(await insert(line('a', 3, 'debit', 1))).toBe('23514');
});

test('law 7: the database allows exactly the steps of the payment table', async () => {
  const { paymentIds } = await pendingBatch();
  // A payment whose sends are used up passes FAILED within one statement.
  const through = (from: PaymentState, to: PaymentState) =>
    canTransition(PAYMENT_TRANSITIONS, from, 'FAILED') && to === 'CANCELLED';
  const set = (state: PaymentState) =>
    `status = '${state}', hold_reason = ${state === 'ON_HOLD' ? "'kyc'" : 'null'},
     completed_at = ${state === 'COMPLETED' || state === 'RETURNED' ? 'now()' : 'null'}`;
  for (const from of PAYMENT_STATES) {
    await sql('alter table payments disable trigger payments_step');
    await sql(`update payments set ${set(from)} where id = $1`, [paymentIds[0]]);
    await sql('alter table payments enable trigger payments_step');
    for (const to of PAYMENT_STATES.filter((state) => state !== from)) {
      const allowed = canTransition(PAYMENT_TRANSITIONS, from, to) || through(from, to);
      const answer = await refusal(
        `with step as (update payments set ${set(to)} where id = $1 returning length(id) - length(id) as zero) select 1 / zero from step`,
        [paymentIds[0]],
      );
      // A division by zero undoes the step that was allowed.
      expect(`${from} ${to} ${answer}`).toBe(`${from} ${to} ${allowed ? '22012' : '23514'}`);
    }
  }
});

test('the database allows exactly the steps of the batch table', async () => {
  const { batchId } = await pendingBatch();
  await sql('update batches set queue_rank = 1, undo_until = now() where id = $1', [batchId]);
  for (const from of BATCH_STATES) {
    await sql('alter table batches disable trigger batches_step');
    await sql('update batches set status = $2 where id = $1', [batchId, from]);
    await sql('alter table batches enable trigger batches_step');
    for (const to of BATCH_STATES.filter((state) => state !== from)) {
      const answer = await refusal(
        'with step as (update batches set status = $2 where id = $1 returning length(id) - length(id) as zero) select 1 / zero from step',
        [batchId, to],
      );
      const allowed = canTransition(BATCH_TRANSITIONS, from, to);
      expect(`${from} ${to} ${answer}`).toBe(`${from} ${to} ${allowed ? '22012' : '23514'}`);
    }
  }
});

test('the database allows exactly the steps of the commission table; PAID is where its payable is paid', async () => {
  const stored = COMMISSION_STATES.filter((state) => state !== 'PAID');
  const { commissionId, payableId } = await insertPayable(db);
  const set = (state: string) =>
    `status = '${state}', payable_id = ${state === 'APPROVED' ? `'${payableId}'` : 'null'}`;
  for (const from of stored) {
    await sql('alter table commissions disable trigger commissions_step');
    await sql(`update commissions set ${set(from)} where id = $1`, [commissionId]);
    await sql('alter table commissions enable trigger commissions_step');
    for (const to of stored.filter((state) => state !== from)) {
      const answer = await refusal(
        `with step as (update commissions set ${set(to)} where id = $1 returning length(id) - length(id) as zero)
         select 1 / zero from step`,
        [commissionId],
      );
      const allowed = canTransition(COMMISSION_TRANSITIONS, from, to);
      expect(`${from} ${to} ${answer}`).toBe(`${from} ${to} ${allowed ? '22012' : '23514'}`);
    }
  }
});
