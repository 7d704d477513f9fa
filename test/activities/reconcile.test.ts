import { afterAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import type { Outcome } from '../../domain/outcome.ts';
import {
  listingBooks,
  returnedOutcome,
  transferOf,
  type ListingBooks,
} from '../support/listing-provider.ts';
import { openCasesOf, reconcileToday } from '../support/reconcile.ts';
import { sentPayments, statesOf, type SentPayment } from '../support/sent-payments.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase | undefined;
let db: Db;
let books: ListingBooks;

const close = async () => {
  await db?.close();
  await database?.drop();
};
beforeEach(async () => {
  await close();
  database = await createTestDatabase();
  db = openDatabase(database.databaseUrl);
  books = listingBooks();
});
afterAll(close);

const reconcile = () => reconcileToday(db, books);
const openCases = () => openCasesOf(db);

const settled = (providerPaymentId: string): Outcome => ({ kind: 'SETTLED', providerPaymentId });

const listed = ({ reference, amountMinor }: SentPayment, given = {}) =>
  transferOf({ reference, amountMinor, ...given });

const failed: Outcome = {
  kind: 'FAILED_FINAL',
  providerPaymentId: null,
  failure: { code: 'invalid_account', providerCode: 'x', payeeRemedy: '', operatorRemedy: 'y' },
};

async function expectSoundBooks(): Promise<void> {
  expect((await checkInvariants(db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
}

test('what both sides say alike is matched, with counts and sums by currency, and no case', async () => {
  const payments = await sentPayments(db, 3, settled);
  books.transfers = payments.map((payment) => listed(payment));
  const { row, report, differences } = await reconcile();
  expect([row.status, row.matched, differences]).toEqual(['DONE', 3, 0]);
  expect(report.comparisons).toEqual([
    { comparison: 'matched', currency: 'USD', count: 3, ours: '30000', theirs: '30000' },
  ]);
  expect(await openCases()).toEqual([]);
  expect(books.asked).toEqual([]);
});

test('each difference is found, is a case of its kind, and turns the audit row into a warning', async () => {
  const [there, amount, state, fine] = await sentPayments(db, 4, settled);
  if (!there || !amount || !state || !fine) throw new Error('no payments');
  const accepted: Outcome = { kind: 'ACCEPTED', providerPaymentId: 'mp_x' };
  books.transfers = [
    listed(amount, { amountMinor: 1n }),
    listed(state, { outcome: accepted }),
    listed(fine),
    transferOf({
      reference: 'from the dashboard',
      amountMinor: 500n,
      providerPaymentId: 'mp_foreign',
    }),
    transferOf({
      reference: `pay_${'0'.repeat(32)}:1`,
      amountMinor: 700n,
      providerPaymentId: 'mp_lost',
    }),
  ];
  const { row, differences } = await reconcile();
  expect(row).toMatchObject({
    matched: 1,
    missingThere: 1,
    missingHere: 2,
    amountDiffers: 1,
    statusDiffers: 1,
  });
  expect(differences).toBe(5);
  expect(await openCases()).toEqual([
    { kind: 'amount_differs', subject: amount.reference, severity: 'critical' },
    { kind: 'missing_here', subject: 'mock:mp_foreign', severity: 'high' },
    { kind: 'missing_here', subject: 'mock:mp_lost', severity: 'critical' },
    { kind: 'missing_there', subject: there.reference, severity: 'critical' },
    { kind: 'status_differs', subject: state.reference, severity: 'high' },
  ]);
  const audit = await db.run(
    z.object({ status: z.string() }),
    "select status from audit_logs where action = 'reconciliation.finished'",
  );
  expect(audit).toEqual([{ status: 'WARNING' }]);
  // Only our own references are looked up before they count.
  expect(books.asked.toSorted()).toEqual(
    [there, amount, state].map(({ reference }) => reference).toSorted(),
  );
  await expectSoundBooks();
});

test('P9: where the provider is ahead that is recorded as by a look-up and counts as healed, not as different', async () => {
  const payments = await sentPayments(db, 4);
  const [paid, refused, returned] = payments;
  if (!paid || !refused || !returned) throw new Error('no payments');
  books.transfers = payments.map((payment) => listed(payment));
  books.transfers[1] = listed(refused, { outcome: failed });
  books.transfers[2] = listed(returned, { outcome: returnedOutcome(returned.providerPaymentId) });
  const { row, report, differences, healed } = await reconcile();
  expect([differences, row.matched, row.statusDiffers]).toEqual([0, 4, 0]);
  expect(report.healed.steps).toEqual({
    'PROCESSING to COMPLETED': 3,
    'PROCESSING to FAILED': 1,
    'COMPLETED to RETURNED': 1,
  });
  expect(healed).toBe(5);
  const states = await statesOf(db, payments);
  expect([paid, refused, returned].map(({ id }) => states.get(id))).toEqual([
    'COMPLETED',
    'FAILED',
    'RETURNED',
  ]);
  await expectSoundBooks();
});

test('P18: money that came back after COMPLETED is recorded: also where the provider calls it a failure', async () => {
  const payments = await sentPayments(db, 2, settled);
  const [back, late] = payments;
  if (!back || !late) throw new Error('no payments');
  books.transfers = [
    listed(back, { outcome: returnedOutcome(back.providerPaymentId, true) }),
    listed(late, { outcome: failed }),
  ];
  const { report } = await reconcile();
  expect(report.healed.steps).toEqual({ 'COMPLETED to RETURNED': 2 });
  const blocked = await db.run(
    z.object({ blocked_code: z.string() }),
    'select blocked_code from accounts where blocked_code is not null',
  );
  expect(blocked).toEqual([{ blocked_code: 'account_blocked' }]);
  await expectSoundBooks();
});

test('D6, law 2: what the provider has made although our books say FAILED is critical, and nothing is changed', async () => {
  const [payment] = await sentPayments(db, 1, () => failed);
  if (!payment) throw new Error('no payment');
  books.transfers = [listed(payment)];
  const { row } = await reconcile();
  expect(row.statusDiffers).toBe(1);
  expect(await openCases()).toEqual([
    { kind: 'status_differs', subject: payment.reference, severity: 'critical' },
  ]);
  expect((await statesOf(db, [payment])).get(payment.id)).toBe('FAILED');
});

test('a second transfer under one reference is not ours; copies of one row are one transfer', async () => {
  const [payment] = await sentPayments(db, 1, settled);
  if (!payment) throw new Error('no payment');
  books.transfers = [
    listed(payment),
    listed(payment),
    listed(payment, { providerPaymentId: 'mp_zzz' }),
  ];
  const { row } = await reconcile();
  expect([row.matched, row.missingHere]).toEqual([1, 1]);
  expect(await openCases()).toEqual([
    { kind: 'missing_here', subject: 'mock:mp_zzz', severity: 'critical' },
  ]);
});

test('a list that lacks what a look-up finds makes no difference; what is in doubt and unknown there is nobody’s', async () => {
  const [late, doubtful] = await sentPayments(db, 2, settled);
  if (!late || !doubtful) throw new Error('no payments');
  const [unsure] = await sentPayments(db, 1, () => ({ kind: 'AMBIGUOUS', code: 'timeout' }));
  if (!unsure) throw new Error('no payment');
  books.transfers = [listed(doubtful)];
  books.lookups.set(late.reference, settled(late.providerPaymentId));
  const { row, report } = await reconcile();
  expect([row.matched, row.missingThere]).toEqual([2, 0]);
  expect(report.comparisons.find(({ comparison }) => comparison === 'open')?.count).toBe(1);
  expect((await statesOf(db, [unsure])).get(unsure.id)).toBe('UNKNOWN');
});

test('P1: a payment in doubt that the provider lists is settled by the reconciliation', async () => {
  const [unsure] = await sentPayments(db, 1, () => ({ kind: 'AMBIGUOUS', code: 'timeout' }));
  if (!unsure) throw new Error('no payment');
  books.transfers = [listed(unsure)];
  const { row, report } = await reconcile();
  expect(row.matched).toBe(1);
  expect(report.healed.steps).toEqual({ 'UNKNOWN to COMPLETED': 1 });
  await expectSoundBooks();
});

test('a provider without a list: each payment is looked up, and the report says what could not be looked for', async () => {
  const [paid, gone] = await sentPayments(db, 2);
  if (!paid || !gone) throw new Error('no payments');
  books.lists = false;
  books.transfers = [
    listed(paid),
    transferOf({ reference: 'foreign', amountMinor: 1n, providerPaymentId: 'mp_foreign' }),
  ];
  const { row, report } = await reconcile();
  expect(report.listed).toBe(false);
  expect(report.notes.join(' ')).toMatch(/no list of transfers.*missing_here/);
  expect(report.healed.steps).toEqual({ 'PROCESSING to COMPLETED': 1 });
  expect([row.matched, row.missingThere, row.missingHere]).toEqual([1, 1, 0]);
  expect(await openCases()).toEqual([
    { kind: 'missing_there', subject: gone.reference, severity: 'high' },
  ]);
});

test('at most 1,000 cases of a kind; the rest is counted and said', async () => {
  books.transfers = Array.from({ length: 1_005 }, (_, index) =>
    transferOf({
      reference: `foreign-${index}`,
      amountMinor: 1n,
      providerPaymentId: `mp_${index}`,
    }),
  );
  const { row, report } = await reconcile();
  expect(row.missingHere).toBe(1_005);
  expect(report.cases).toEqual({ opened: 1_000, left: { missing_here: 5 } });
  expect(report.notes.join(' ')).toMatch(/5 more of missing_here/);
  expect(await openCases()).toHaveLength(1_000);
});

test('a later run of the day closes the cases of what it does not find any more', async () => {
  const [payment] = await sentPayments(db, 1, settled);
  if (!payment) throw new Error('no payment');
  await reconcile();
  expect(await openCases()).toHaveLength(1);
  books.transfers = [listed(payment)];
  await reconcile();
  expect(await openCases()).toEqual([]);
});
