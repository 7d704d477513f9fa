import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { closeBatch } from '../../db/queries/close-batch.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { recordOutcomes, toVerdict } from '../../db/queries/record-outcomes.ts';
import { requestExecution } from '../../db/queries/queue-batch.ts';
import { cancelBatch } from '../../db/queries/stop-batch.ts';
import { createEndpoint, updateEndpoint } from '../../db/queries/webhook-endpoints.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import { insertPayable } from '../support/rows.ts';
import { sentPayments } from '../support/sent-payments.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let db: Db;
const endpointId = newId('endpoint');

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
  const given = {
    id: endpointId,
    url: 'https://hooks.example/',
    description: null,
    eventTypes: [],
  };
  await createEndpoint(db, { ...given, secretSealed: 'sealed' }, SYSTEM);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const eventRow = z.object({
  type: z.string(),
  payment_id: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  lane: z.string().nullable(),
});
/** The events of a batch in the order of their delivery. */
const eventsOf = (batchId: string) =>
  db.run(
    eventRow,
    `select e.type, e.payment_id, e.data, d.lane from outbox_events e
     left join event_deliveries d on d.sequence = e.sequence and d.endpoint_id = $2
     where e.batch_id = $1 order by e.sequence`,
    [batchId, endpointId],
  );
const typesOf = async (batchId: string) => (await eventsOf(batchId)).map(({ type }) => type);

async function newBatch(payees: number): Promise<string> {
  const affiliateIds = [];
  for (let made = 0; made < payees; made += 1) affiliateIds.push((await insertPayable(db)).payeeId);
  const batchId = newId('batch');
  const request = { affiliateIds, currency: 'USD', provider: 'mock', requiredApprovals: 0 };
  await createBatch(db, { batchId, actor: SYSTEM, limits: OPEN_LIMITS, ...request });
  return batchId;
}

test('the end of a batch comes after the ends of its payments, though one statement brings about both', async () => {
  const batchId = await newBatch(3);
  await requestExecution(db, { batchId, actor: SYSTEM });
  await cancelBatch(db, batchId, 'key:test', 'not today');
  expect(await typesOf(batchId)).toEqual([
    'payout.batch.scheduled',
    'payout.item.cancelled',
    'payout.item.cancelled',
    'payout.item.cancelled',
    'payout.batch.completed',
  ]);
  const events = await eventsOf(batchId);
  expect(events.at(-1)?.data).toMatchObject({ batchId, status: 'CANCELLED', paymentCount: 3 });
  expect(new Set(events.map(({ lane }) => lane))).toEqual(new Set([batchId]));
});

test('a payment is told of as submitted, then paid, and its batch as completed with its sums', async () => {
  const [payment] = await sentPayments(db, 1);
  if (!payment) throw new Error('no payment was made');
  const { id: paymentId, batchId, providerPaymentId } = payment;
  const settled = { kind: 'SETTLED', providerPaymentId } as const;
  const verdicts = [toVerdict({ paymentId, generation: 1, failures: 0 }, settled)];
  await recordOutcomes(db, verdicts, null);
  await recordOutcomes(db, verdicts, null);
  await closeBatch(db, batchId);
  await closeBatch(db, batchId);
  const events = await eventsOf(batchId);
  expect(events.map(({ type }) => type)).toEqual([
    'payout.batch.scheduled',
    'payout.item.submitted',
    'payout.item.paid',
    'payout.batch.completed',
  ]);
  expect(events[2]?.data).toMatchObject({
    paymentId,
    status: 'COMPLETED',
    amount: 10_000,
    currency: 'USD',
    reference: payment.reference,
    providerPaymentId,
  });
  expect(events[3]?.data).toMatchObject({
    status: 'COMPLETED',
    completedCount: 1,
    completedAmount: 10_000,
  });
});

test('nothing is written while no endpoint listens', async () => {
  await updateEndpoint(db, endpointId, { enabled: false }, SYSTEM);
  const batchId = await newBatch(2);
  await requestExecution(db, { batchId, actor: SYSTEM });
  await cancelBatch(db, batchId, 'key:test', 'not today');
  expect(await eventsOf(batchId)).toEqual([]);
  await updateEndpoint(db, endpointId, { enabled: true }, SYSTEM);
});
