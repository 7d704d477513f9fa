import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { makePollPayments } from '../../activities/poll-payments.ts';
import { makeResolveDoubtful } from '../../activities/resolve-doubtful.ts';
import type { Deps } from '../../activities/deps.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { resolvePassedDoubts } from '../../db/queries/cases.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { PARKED_MAX_MS } from '../../domain/limits.ts';
import type { LookupResult, Outcome } from '../../domain/outcome.ts';
import type { LookupOrder, Provider } from '../../providers/port.ts';
import { makeMockProvider } from '../../providers/mock/provider.ts';
import { plainTools } from '../../providers/tools.ts';
import { startSimulator } from '../../simulator/server.ts';
import { longLivedDir } from '../support/temp-dir.ts';
import { sentPayments, statesOf, type SentPayment } from '../support/sent-payments.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { testVault } from '../support/vault.ts';

let database: TestDatabase;
let db: Db;
let simulator: Awaited<ReturnType<typeof startSimulator>>;
let mock: Provider;
const dataDir = longLivedDir();

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
  // Nobody listens where its webhooks go: every one of them is lost.
  simulator = await startSimulator({
    port: 0,
    dataDir,
    webhookUrl: 'http://127.0.0.1:9/webhooks',
    webhookSecret: 'whsec_eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4',
    apiKey: 'key',
  });
  const baseUrl = `${simulator.url}/mock`;
  const submission = 'batch';
  mock = makeMockProvider(
    { baseUrl, apiKey: 'key', webhookSecret: 'whsec_eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4', submission },
    plainTools(),
  );
});
beforeEach(() => control('faults', { rules: [] }));
afterAll(async () => {
  await mock.close();
  await simulator.close();
  await db.close();
  await database.drop();
});

async function control(what: string, body: unknown): Promise<void> {
  const answer = await fetch(`${simulator.url}/_sim/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const deps = (provider: Provider): Deps => ({
  db,
  vault: testVault,
  providers: { named: () => provider, all: () => [provider], close: async () => {} },
  temporal: {} as Deps['temporal'],
  parkedMaxMs: PARKED_MAX_MS,
});
const run = (activity: (ref: { batchId: string }) => Promise<unknown>, payments: SentPayment[]) =>
  new MockActivityEnvironment().run(activity, { batchId: payments[0]?.batchId ?? 'none' });
const poll = (payments: SentPayment[], provider = mock) =>
  run(makePollPayments(deps(provider)), payments);
const resolve = async (payments: SentPayment[], provider = mock) =>
  z.object({ left: z.number() }).parse(await run(makeResolveDoubtful(deps(provider)), payments))
    .left;

/** Payments that the simulator really has: sent by the adapter, with the answers that it gave. */
async function really(count: number): Promise<SentPayment[]> {
  const payments = await sentPayments(db, count);
  const rows = await db.run(
    z.object({ id: z.string(), account_ref: z.string() }),
    'select id, account_ref from payments where batch_id = $1',
    [payments[0]?.batchId],
  );
  const refs = new Map(rows.map(({ id, account_ref }) => [id, account_ref]));
  const orders = payments.map((payment) => {
    const { reference, amountMinor, batchId: groupId } = payment;
    const accountRef = refs.get(payment.id) ?? '';
    return mock.prepare({
      reference,
      accountRef,
      amountMinor,
      groupId,
      currency: 'USD',
      details: null,
      payeeName: 'x',
    });
  });
  for (let start = 0; start < orders.length; start += 100)
    await mock.submit(orders.slice(start, start + 100), {
      sendBeforeMs: performance.now() + 8_000,
    });
  // What was recorded as the id of the provider was made up; the look-up tells the real one.
  await db.run(z.unknown(), 'update payments set provider_payment_id = null where batch_id = $1', [
    payments[0]?.batchId,
  ]);
  return payments;
}

const ends = async (payments: SentPayment[]) => new Set((await statesOf(db, payments)).values());
const openCases = (payments: readonly SentPayment[]) =>
  db.run(
    z.object({ kind: z.string(), subject: z.string(), severity: z.string() }),
    `select kind, subject, severity from cases where status = 'OPEN' and (payment_id = any($1) or payment_id is null)`,
    [payments.map(({ id }) => id)],
  );
const sentAgo = (payments: readonly SentPayment[], ago: string) =>
  db.run(
    z.unknown(),
    `update attempts set created_at = now() - $2::interval, last_sent_at = now() - $2::interval
     where payment_id = any($1)`,
    [payments.map(({ id }) => id), ago],
  );

test('P9: every webhook of 1,000 payments lost: one round of asking closes all of them', async () => {
  const payments = await really(1_000);
  await expect
    .poll(
      async () => (await (await fetch(`${simulator.url}/_sim/stats`)).text()).includes('accepted'),
      {
        timeout: 20_000,
      },
    )
    .toBe(false);
  await poll(payments);
  expect(await ends(payments)).toEqual(new Set(['COMPLETED']));
});

test('P11: answers with another amount never complete a payment; each is a case', async () => {
  const payments = await really(20);
  const lied = payments.slice(0, 10);
  const reference = lied.map((payment) => payment.reference);
  const when = { operation: 'lookup', reference };
  await control('faults', { rules: [{ when, effect: 'wrong_amount' }] });
  const told = payments.slice(10);
  await expect
    .poll(
      async () => {
        await poll(payments);
        return ends(told);
      },
      { timeout: 20_000 },
    )
    .toEqual(new Set(['COMPLETED']));
  expect(await ends(lied)).toEqual(new Set(['PROCESSING']));
  const cases = await openCases(lied);
  expect(cases.filter(({ kind }) => kind === 'wrong_answer')).toHaveLength(10);
});

test('P12: fifty status words that nobody knows: every payment stays, one case tells', async () => {
  const payments = await really(50);
  await control('faults', {
    rules: payments.map(({ reference }, index) => ({
      when: { operation: 'lookup', reference },
      effect: 'unknown_status',
      status: `word_${index}`,
    })),
  });
  await poll(payments);
  expect(await ends(payments)).toEqual(new Set(['PROCESSING']));
  const cases = await openCases([]);
  expect(cases).toEqual([{ kind: 'unknown_status', subject: 'mock', severity: 'medium' }]);
});

const doubt = (): Outcome => ({ kind: 'AMBIGUOUS', code: 'timeout' });
const saying = (said: LookupResult, given: Partial<Provider['capabilities']> = {}): Provider => ({
  ...mock,
  capabilities: { ...mock.capabilities, ...given },
  lookup: (orders: readonly LookupOrder[]) =>
    Promise.resolve(new Map(orders.map(({ reference }) => [reference, said]))),
});

test('P4: absent, and the key too old to be honoured: nothing is sent, nothing given up; 100 cases', async () => {
  const payments = await sentPayments(db, 100, doubt);
  await sentAgo(payments, '24 hours');
  expect(await resolve(payments, saying({ kind: 'ABSENT' }))).toBe(100);
  expect(await resolve(payments, saying({ kind: 'ABSENT' }))).toBe(100);
  expect(await ends(payments)).toEqual(new Set(['UNKNOWN']));
  const cases = await openCases(payments);
  expect(cases.filter(({ kind }) => kind === 'unknown_outcome')).toHaveLength(100);
});

test('absent after the quiet time, with a key that is honoured: provably never made', async () => {
  const payments = await sentPayments(db, 3, doubt);
  await sentAgo(payments, '1 hour');
  expect(await resolve(payments, saying({ kind: 'ABSENT' }))).toBe(0);
  expect(await ends(payments)).toEqual(new Set(['CANCELLED']));
});

test('in doubt for six hours is a case, not before; it closes when the provider tells after all', async () => {
  const payments = await sentPayments(db, 1, doubt);
  const unread = saying({ kind: 'AMBIGUOUS', code: 'lookup_failed' });
  const ofThese = async () =>
    (await openCases(payments)).filter(({ kind }) => kind === 'unknown_outcome');
  await sentAgo(payments, '5 hours');
  await resolve(payments, unread);
  expect(await ofThese()).toEqual([]);
  await sentAgo(payments, '361 minutes');
  await resolve(payments, unread);
  expect(await ofThese()).toHaveLength(1);
  const providerPaymentId = payments[0]?.providerPaymentId ?? '';
  expect(await resolve(payments, saying({ kind: 'SETTLED', providerPaymentId }))).toBe(0);
  await resolvePassedDoubts(db);
  expect(await ofThese()).toEqual([]);
});

test('P4: where doubt is settled by a repetition alone, a key too old for one is a case at once', async () => {
  const payments = await sentPayments(db, 1, doubt);
  const unread = saying({ kind: 'AMBIGUOUS', code: 'not_found' }, { doubt: 'resend' });
  const young = saying(
    { kind: 'AMBIGUOUS', code: 'not_found' },
    { doubt: 'resend', idempotencyWindowMs: 86_400_000 },
  );
  await sentAgo(payments, '90 minutes');
  await resolve(payments, young);
  expect((await openCases(payments)).filter(({ kind }) => kind === 'unknown_outcome')).toEqual([]);
  await resolve(payments, {
    ...unread,
    capabilities: { ...unread.capabilities, idempotencyWindowMs: 3_600_000 },
  });
  expect((await openCases(payments)).filter(({ kind }) => kind === 'unknown_outcome')).toHaveLength(
    1,
  );
});

test('the books and histories are whole', async () => {
  const breaches = (await checkInvariants(db)).filter((invariant) => invariant.breaches > 0);
  expect(breaches).toEqual([]);
});
