import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { violatedConstraint } from '../../db/errors.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { requestExecution } from '../../db/queries/queue-batch.ts';
import { noRow } from '../../db/rows.ts';
import { insertPayable } from '../support/rows.ts';
import { makePerson } from '../support/people.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
});

afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const sql = (text: string, values: readonly unknown[] = []) => db.run(noRow, text, values);

const refusal = (text: string, values: readonly unknown[] = []): Promise<unknown> =>
  sql(text, values).then(
    () => 'done',
    (error: unknown) => violatedConstraint(error) ?? error,
  );

async function pendingBatch(): Promise<string> {
  const { payeeId } = await insertPayable(db, { amountMinor: 1_000n });
  const id = newId('batch');
  await createBatch(db, {
    affiliateIds: [payeeId],
    currency: 'USD',
    provider: 'mock',
    limits: { minimumMinor: 1n, maximumMinor: 10n ** 12n, incrementMinor: 1n },
    batchId: id,
    actor: SYSTEM,
    requiredApprovals: 0,
  });
  return id;
}

/** Copies a row of a table, some of it set otherwise. */
const copied = (table: string, where: string): string =>
  `insert into ${table} overriding system value
   select * from jsonb_populate_record(null::${table}, (select to_jsonb(t) || $2::text::jsonb from ${table} t where ${where}))`;

test.each(['PROCESSING', 'SETTLING', 'COMPLETED', 'QUEUED', 'PAUSED', 'CANCELLED'])(
  'no batch is born %s',
  async (status) => {
    const id = await pendingBatch();
    const change = JSON.stringify({ id: newId('batch'), batch_number: 9_999, status });
    expect(await refusal(copied('batches', 'id = $1'), [id, change])).toBe('batches_cleared');
  },
);

test('a batch that is not PENDING takes no more payments', async () => {
  const [queued, other] = [await pendingBatch(), await pendingBatch()];
  await requestExecution(db, { batchId: queued, actor: SYSTEM });
  const change = JSON.stringify({ id: newId('payment'), ordinal: 1, batch_id: queued });
  const insert = copied('payments', 'batch_id = $1');
  expect(await refusal(insert, [other, change])).toBe('payments_batch_open');
  const touched = `with touched as (update batches set note = 'x' where id = '${queued}') ${insert}`;
  expect(await refusal(touched, [other, change])).toBe('payments_batch_open');
});

test('who made a schedule, or changed it last before, has their hand in what it makes', async () => {
  const people = [];
  for (let n = 0; n < 4; n += 1) people.push((await makePerson(db, 'manager')).actor);
  const [maker, earlier, changer, later] = people;
  await sql(
    `insert into payout_schedules (id, programme_id, frequency, time_of_day, zone, currency, provider, shift, mode,
       starts_on, created_by)
     select 'sch_x', id, 'day', '09:00', 'UTC', 'USD', 'mock', 'none', 'run', '2026-01-01', $1 from programmes limit 1`,
    [maker],
  );
  const change = `insert into audit_logs (action, status, actor, details)
    values ('schedule.updated', 'SUCCESS', $1, '{"scheduleId": "sch_x"}')`;
  await sql(change, [earlier]);
  await sql(change, [changer]);
  const id = await pendingBatch();
  await sql('alter table batches disable trigger user');
  await sql("update batches set schedule_id = 'sch_x', period = 'day/2026-11-21' where id = $1", [
    id,
  ]);
  await sql('alter table batches enable trigger user');
  await sql(change, [later]);
  const rows = await db.run(
    z.object({ hand: z.string() }),
    'select p as hand from unnest($2::text[]) p, batches b where b.id = $1 and has_own_hand(b, p)',
    [id, people],
  );
  expect(rows.map(({ hand }) => hand)).toEqual([maker, changer]);
});
