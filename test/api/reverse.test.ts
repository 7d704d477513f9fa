import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createApp } from '../../api/app.ts';
import { openLog } from '../../api/log.ts';
import type { TemporalClient } from '../../api/temporal.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import type { LookupOrder, Provider } from '../../providers/port.ts';
import { ProviderError } from '../../providers/port.ts';
import { listingBooks, listingProvider, returnedOutcome } from '../support/listing-provider.ts';
import { sentPayments, statesOf } from '../support/sent-payments.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { AUTH_SECRET } from '../support/people.ts';
import { testVault } from '../support/vault.ts';
import { makeKey } from './support/test-api.ts';

const books = listingBooks();
const keys: string[] = [];
let verdict: 'returned' | 'asked' | 'refused' | 'away' = 'returned';
let database: TestDatabase;
let db: Db;
let reverse: (paymentId: string, body?: unknown) => Promise<{ status: number; body: unknown }>;

const provider: Provider = {
  ...listingProvider(books),
  async reverse({ reference }: LookupOrder, key: string) {
    keys.push(key);
    if (verdict === 'away') throw new ProviderError('unreachable', 'no answer');
    if (verdict === 'returned') books.lookups.set(reference, returnedOutcome(`mp_${reference}`));
    return verdict !== 'refused';
  },
};

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
  const { secret } = await makeKey(db, 'processor');
  const app = createApp({
    db,
    vault: testVault,
    temporal: {} as TemporalClient,
    providers: {
      named: (name) => (name === 'mock' ? reversing() : null),
      all: () => [provider],
      close: async () => {},
    },
    log: openLog('error'),
    auth: { secret: AUTH_SECRET },
    settings: {
      publicUrl: 'http://api.test',
      temporalUiUrl: undefined,
      temporalNamespace: 'none',
      approvalsRequired: 0,
      defaultProvider: 'mock',
    },
  });
  reverse = async (paymentId, body = { reason: 'wrong payee' }) => {
    const request = {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const path = `/api/disbursement/payments/${paymentId}/reverse`;
    const answer = await app.request(path, request, {});
    return { status: answer.status, body: await answer.json() };
  };
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const reversing = (): Provider => ({
  ...provider,
  capabilities: { ...provider.capabilities, reverse: true },
});

async function paidPayment() {
  const [payment] = await sentPayments(db, 1, (providerPaymentId) => ({
    kind: 'SETTLED',
    providerPaymentId,
  }));
  if (!payment) throw new Error('no payment');
  books.lookups.set(payment.reference, {
    kind: 'SETTLED',
    providerPaymentId: payment.providerPaymentId,
  });
  return payment;
}

const actionsOf = async (paymentId: string) => {
  const rows = await db.run(
    z.object({ action: z.string() }),
    "select action from audit_logs where payment_id = $1 and action like 'payment.re%' order by id",
    [paymentId],
  );
  return rows.map(({ action }) => action);
};

test('law 2: a reversal is written down, asked for under its own key, looked up and recorded', async () => {
  const payment = await paidPayment();
  verdict = 'returned';
  const answer = await reverse(payment.id);
  expect(answer).toMatchObject({
    status: 200,
    body: { returned: true, payment: { status: 'RETURNED' } },
  });
  expect(keys.at(-1)).toBe(`${payment.reference}:reverse`);
  expect(await actionsOf(payment.id)).toEqual(['payment.reversal_requested', 'payment.returned']);
  expect((await checkInvariants(db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
  const again = await reverse(payment.id);
  expect(again).toMatchObject({ status: 409, body: { error: { code: 'invalid_state' } } });
});

test('law 3: one that the provider has taken and not done yet stays COMPLETED until it tells so', async () => {
  const payment = await paidPayment();
  verdict = 'asked';
  expect(await reverse(payment.id)).toMatchObject({ status: 200, body: { returned: false } });
  expect((await statesOf(db, [payment])).get(payment.id)).toBe('COMPLETED');
});

test('a refusal is 409, no answer is 503, and neither changes the payment', async () => {
  const payment = await paidPayment();
  verdict = 'refused';
  expect(await reverse(payment.id)).toMatchObject({
    status: 409,
    body: { error: { code: 'invalid_state' } },
  });
  verdict = 'away';
  expect(await reverse(payment.id)).toMatchObject({
    status: 503,
    body: { error: { code: 'unavailable' } },
  });
  expect((await statesOf(db, [payment])).get(payment.id)).toBe('COMPLETED');
});

test('what has not arrived is not called back; a reason is needed', async () => {
  const [sent] = await sentPayments(db, 1);
  if (!sent) throw new Error('no payment');
  const asked = keys.length;
  expect((await reverse(sent.id)).status).toBe(409);
  expect((await reverse(sent.id, {})).status).toBe(422);
  expect(keys).toHaveLength(asked);
});
