import { expect, test } from 'vitest';
import { z } from 'zod';
import { inTransaction } from '../../db/transaction.ts';
import { addPayable } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

/** Changes rows past all triggers, as a mistake of the future might. */
const tamper = (...statements: string[]) =>
  inTransaction(api.db, 5_000, async (tx) => {
    await tx.run(z.unknown(), 'set local session_replication_role = replica');
    for (const statement of statements) await tx.run(z.unknown(), statement);
  });

const broken = async () => {
  const answer = await api.get('/verify');
  const found = answer
    .list('invariants')
    .filter((each) => Reflect.get(Object(each), 'breaches') !== 0);
  return found.map((each) => Reflect.get(Object(each), 'id'));
};

test('books in order have no breach, and each planted mistake is found by its invariant', async () => {
  const affiliateIds = [await addPayable(api), await addPayable(api)];
  await api.post('/batches', { affiliateIds });
  await addPayable(api);
  expect(await broken()).toEqual([]);
  const plants: [string, string, string][] = [
    [
      'I3',
      "update payables set payment_id = 'pay_gone', open = false where open",
      "update payables set payment_id = null, open = true where payment_id = 'pay_gone'",
    ],
    [
      'I4',
      'update payables set payment_id = null where payment_id is not null and id = (select min(id) from payables where payment_id is not null)',
      '',
    ],
    [
      'I7',
      'update ledger_entries set amount_minor = amount_minor + 1 where line = 1',
      'update ledger_entries set amount_minor = amount_minor - 1 where line = 1',
    ],
    [
      'I8',
      'delete from ledger_entries where entry_id = (select min(entry_id) from ledger_entries)',
      '',
    ],
    [
      'I2',
      "update payments set status = 'COMPLETED', completed_at = now()",
      "update payments set status = 'PENDING', completed_at = null",
    ],
    ['I9', "update batches set status = 'FAILED'", "update batches set status = 'PENDING'"],
  ];
  for (const [id, plant, undo] of plants) {
    await tamper(plant);
    expect([plant, ...(await broken())]).toContain(id);
    if (undo !== '') await tamper(undo);
  }
});

test('two settled attempts, an attempt that says otherwise and an event without a payment are found', async () => {
  const attempt = (
    generation: number,
    status: string,
  ) => `insert into attempts (payment_id, generation, idempotency_key, request_hash, status)
    select id, ${generation}, id || ':' || ${generation}, 'x', '${status}' from payments order by id limit 1`;
  await tamper(attempt(1, 'SETTLED'), attempt(2, 'SETTLED'));
  expect(await broken()).toContain('I1');
  await tamper('update payments set generation = 2 where id = (select min(id) from payments)');
  expect(await broken()).toContain('I5');
  await tamper(
    "insert into webhook_events (provider, event_id, type, payload, result) values ('mock', 'e', 't', '{}', 'applied')",
  );
  expect(await broken()).toContain('I6');
});
