import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { applyWebhooks, type WebhookResult } from '../../db/queries/webhooks.ts';
import type { Failure, Outcome } from '../../domain/outcome.ts';
import type { WebhookEvent } from '../../providers/port.ts';
import { sentPayments, statesOf, type SentPayment } from '../support/sent-payments.ts';
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

const failure: Failure = {
  code: 'returned',
  providerCode: 'returned',
  payeeRemedy: '',
  operatorRemedy: 'ask the payee',
};
const OUTCOMES = {
  accepted: (providerPaymentId: string): Outcome => ({ kind: 'ACCEPTED', providerPaymentId }),
  settled: (providerPaymentId: string): Outcome => ({ kind: 'SETTLED', providerPaymentId }),
  failed: (providerPaymentId: string): Outcome => ({
    kind: 'FAILED_FINAL',
    failure,
    providerPaymentId,
  }),
  returned: (providerPaymentId: string): Outcome => ({
    kind: 'RETURNED',
    failure,
    providerPaymentId,
  }),
} as const;
type Word = keyof typeof OUTCOMES;

const tell = (payment: SentPayment, word: Word, eventId = `evt-${randomUUID()}`) => ({
  event: {
    eventId,
    type: `payout.${word}`,
    reference: payment.reference,
    providerPaymentId: payment.providerPaymentId,
    amountMinor: payment.amountMinor,
    currency: 'USD',
    outcome: OUTCOMES[word](payment.providerPaymentId),
  } satisfies WebhookEvent,
  payload: '{}',
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

const openCaseOf = (payments: readonly SentPayment[]) =>
  db.run(
    z.object({ payment_id: z.string(), kind: z.string(), severity: z.string() }),
    "select payment_id, kind, severity from cases where payment_id = any($1) and status = 'OPEN'",
    [payments.map(({ id }) => id)],
  );

/** Every order of these words for a payment each, one event a statement or all in one. */
async function everyOrder(words: readonly Word[], together: boolean) {
  const orders = permutations(words);
  const payments = await sentPayments(db, orders.length);
  await Promise.all(
    payments.map(async (payment, index) => {
      const events = (orders[index] ?? []).map((word) => tell(payment, word));
      if (together) await applyWebhooks(db, 'mock', events);
      else for (const each of events) await applyWebhooks(db, 'mock', [each]);
    }),
  );
  const states = await statesOf(db, payments);
  const cases = await openCaseOf(payments);
  return {
    ends: new Set(states.values()),
    payments,
    reviewed: new Set(cases.map(({ payment_id }) => payment_id)).size,
    orders: orders.length,
  };
}

const CONSISTENT: [Word[], string][] = [
  [['accepted', 'settled'], 'COMPLETED'],
  [['accepted', 'accepted', 'settled', 'settled'], 'COMPLETED'],
  [['accepted', 'failed'], 'FAILED'],
  [['accepted', 'accepted', 'failed', 'failed'], 'FAILED'],
  [['accepted', 'settled', 'returned'], 'RETURNED'],
  [['accepted', 'settled', 'settled', 'returned', 'returned'], 'RETURNED'],
];

test.each(
  CONSISTENT.flatMap(([words, end]) => [[words, end, false] as const, [words, end, true] as const]),
)(
  'P7: %j end in %s in every order (in one breath: %s), without a word to a person',
  async (words, end, together) => {
    const { ends, reviewed } = await everyOrder(words, together);
    expect(ends).toEqual(new Set([end]));
    expect(reviewed).toBe(0);
  },
);

test.each([[false], [true]])(
  'P7: "paid" and "failed" of one payment: the first counts, and every order is a case for a person (in one breath: %s)',
  async (together) => {
    for (const words of [
      ['settled', 'failed'],
      ['accepted', 'settled', 'failed'],
      ['accepted', 'accepted', 'settled', 'settled', 'failed'],
    ] as const) {
      const { ends, reviewed, orders } = await everyOrder(words, together);
      expect([...ends].toSorted()).toEqual(['COMPLETED', 'FAILED']);
      expect(reviewed).toBe(orders);
    }
  },
);

test('P7: all 120 orders of five words that cannot all be true leave books that balance', async () => {
  const words = ['accepted', 'settled', 'failed', 'returned', 'settled'] as const;
  const { ends, reviewed, orders } = await everyOrder(words, false);
  for (const end of ends) expect(['FAILED', 'RETURNED']).toContain(end);
  expect(reviewed).toBeGreaterThan(0);
  expect(reviewed).toBeLessThanOrEqual(orders);
});

test('P6: one event ten times over, at the same moment or later, takes effect once', async () => {
  const payments = await sentPayments(db, 20);
  const events = payments.map((payment) => tell(payment, 'settled'));
  const results: WebhookResult[] = [];
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      results.push(...(await applyWebhooks(db, 'mock', [...events, ...events])).results);
    }),
  );
  expect(results.filter((result) => result === 'applied')).toHaveLength(20);
  expect(new Set(results)).toEqual(new Set(['applied', 'duplicate']));
  expect(new Set((await statesOf(db, payments)).values())).toEqual(new Set(['COMPLETED']));
});

test('P6: two events of the same end, received by two processes at once, are no contradiction', async () => {
  const payments = await sentPayments(db, 50);
  const deliver = () =>
    applyWebhooks(
      db,
      'mock',
      payments.map((payment) => tell(payment, 'settled')),
    );
  const both = await Promise.all([deliver(), deliver()]);
  const results = both.flatMap(({ results: each }) => each);
  expect(results.filter((result) => result === 'applied')).toHaveLength(50);
  expect(results.filter((result) => result === 'ignored')).toHaveLength(50);
  expect(await openCaseOf(payments)).toEqual([]);
});

test('"paid" after "failed" stops the later retry of the payment, and is critical', async () => {
  const payments = await sentPayments(db, 1, (providerPaymentId) => ({
    kind: 'FAILED_RETRYABLE',
    failure,
    providerPaymentId,
    retry: { afterMs: 3_600_000, times: null },
  }));
  const retryAt = () =>
    db.run(
      z.object({ waits: z.boolean() }),
      'select retry_at is not null as waits from payments where id = $1',
      [payments[0]?.id],
    );
  expect(await retryAt()).toEqual([{ waits: true }]);
  const events = payments.map((payment) => tell(payment, 'settled'));
  expect((await applyWebhooks(db, 'mock', events)).results).toEqual(['contradiction']);
  expect(await retryAt()).toEqual([{ waits: false }]);
  expect(await openCaseOf(payments)).toMatchObject([
    { kind: 'contradiction', severity: 'critical' },
  ]);
});

test('a part that came back is booked once, however often it is told, and is a case', async () => {
  const payments = await sentPayments(db, 1);
  const [payment] = payments;
  if (!payment) throw new Error('no payment was made');
  await applyWebhooks(db, 'mock', [tell(payment, 'settled')]);
  const partly = () => {
    const { event, payload } = tell(payment, 'settled');
    const { providerPaymentId } = payment;
    const outcome: Outcome = { kind: 'PARTLY_RETURNED', providerPaymentId, returnedMinor: 100n };
    return { event: { ...event, outcome }, payload };
  };
  await applyWebhooks(db, 'mock', [partly()]);
  await applyWebhooks(db, 'mock', [partly()]);
  const lines = await db.run(
    z.object({ amount_minor: z.bigint() }),
    "select amount_minor from ledger_entries where payment_id = $1 and account like 'returned/%'",
    [payment.id],
  );
  expect(lines).toEqual([{ amount_minor: 100n }]);
  expect(await openCaseOf(payments)).toMatchObject([{ kind: 'partial_return' }]);
});

test('P11: an event with another amount, currency or id never settles, and is a case', async () => {
  const payments = await sentPayments(db, 3);
  const lies: Partial<WebhookEvent>[] = [
    { amountMinor: 1n },
    { currency: 'EUR' },
    { providerPaymentId: 'mp_other' },
  ];
  const events = payments.map((payment, index) => {
    const { event, payload } = tell(payment, 'settled');
    const lie = lies[index] ?? {};
    const outcome = lie.providerPaymentId ? OUTCOMES.settled(lie.providerPaymentId) : event.outcome;
    return { event: { ...event, ...lie, outcome }, payload };
  });
  const { results } = await applyWebhooks(db, 'mock', events);
  expect(results).toEqual(['contradiction', 'contradiction', 'contradiction']);
  expect(new Set((await statesOf(db, payments)).values())).toEqual(new Set(['PROCESSING']));
  expect((await openCaseOf(payments)).map(({ kind }) => kind)).toEqual(
    Array(3).fill('wrong_answer'),
  );
});

test('the books and the histories of all these payments are whole', async () => {
  const breaches = (await checkInvariants(db)).filter((invariant) => invariant.breaches > 0);
  expect(breaches).toEqual([]);
});
