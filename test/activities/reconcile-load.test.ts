import { afterAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { loadSide } from '../../activities/reconcile-load.ts';
import { openDatabase, type Db } from '../../db/client.ts';
import { recordOutcomes, toVerdict } from '../../db/queries/record-outcomes.ts';
import type { Outcome } from '../../domain/outcome.ts';
import {
  listingBooks,
  listingProvider,
  returnedOutcome,
  transferOf,
  type ListingBooks,
} from '../support/listing-provider.ts';
import { beginToday, openCasesOf, reconcileToday, today } from '../support/reconcile.ts';
import { sentPayments, type SentPayment } from '../support/sent-payments.ts';
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

test('money that is gone without an explanation is a case; payments, returns and top-ups are explained', async () => {
  books.balances.set('USD', 100_000n);
  const payments = await sentPayments(db, 3, settled);
  books.transfers = payments.map((payment) => listed(payment));
  await reconcile();
  const later = await sentPayments(db, 2, settled);
  books.transfers.push(...later.map((payment) => listed(payment)));
  const [first] = payments;
  if (!first) throw new Error('no payment');
  await recordOutcomes(
    db,
    [toVerdict({ paymentId: first.id, generation: 1, failures: 0 }, returnedOutcome('mp'))],
    null,
  );
  books.transfers[0] = listed(first, { outcome: returnedOutcome(first.providerPaymentId) });
  books.balances.set('USD', 100_000n - 20_000n + 10_000n);
  const explained = await reconcile();
  expect(explained.report.balances).toMatchObject([{ currency: 'USD', difference: '0' }]);
  books.balances.set('USD', 90_000n + 5_000n);
  expect((await reconcile()).report.balances).toMatchObject([{ difference: '5000' }]);
  expect(await openCases()).toEqual([]);
  books.balances.set('USD', 95_000n - 1n);
  const short = await reconcile();
  expect(short.report.balances).toMatchObject([{ difference: '-1' }]);
  expect(await openCases()).toEqual([
    { kind: 'balance_differs', subject: `mock/USD/${today()}`, severity: 'critical' },
  ]);
});

test('C2: a load that was cut off goes on where it was, and starts over where its rows are gone', async () => {
  const payments = await sentPayments(db, 5, settled);
  const at = Date.now() - 1_000;
  const createdAt = (index: number) => new Date(at + index);
  books.transfers = payments.map((payment, index) =>
    listed(payment, { createdAt: createdAt(index) }),
  );
  const ref = await beginToday(db);
  const beats: unknown[] = [];
  const provider = listingProvider(books);
  await loadSide(db, provider, ref, {
    resumed: undefined,
    beat: (place) => void beats.push(place),
  });
  expect(beats).toEqual([{ fromMs: at + 4, rowsBefore: 4 }]);
  const place = beats.at(-1);
  const asked: Date[] = [];
  const watched = {
    ...provider,
    listTransfers(from: Date, to: Date) {
      asked.push(from);
      return provider.listTransfers(from, to);
    },
  };
  const again = await loadSide(db, watched, ref, { resumed: place, beat: () => {} });
  expect([again.transfers, asked.map(Number)]).toEqual([5, [at + 4]]);
  await db.run(z.unknown(), 'truncate reconciliation_items');
  asked.length = 0;
  const over = await loadSide(db, watched, ref, { resumed: place, beat: () => {} });
  expect(over.transfers).toBe(5);
  expect(asked[0]?.getTime()).toBeLessThan(at);
  const { row } = await reconcile();
  expect([row.id, row.matched]).toEqual([ref.reconciliationId, 5]);
  const left = await db.run(z.unknown(), 'select 1 from reconciliation_items');
  expect(left).toEqual([]);
});
