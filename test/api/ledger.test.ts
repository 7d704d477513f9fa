import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import { recordPartialReturns } from '../../db/queries/returns-partial.ts';
import type { SentPayment } from '../support/sent-payments.ts';
import { addPayable } from './support/data.ts';
import {
  comesBack,
  entriesOf,
  newRelease,
  paidPayment,
  paidPayments,
  refundOf,
  tamper,
  type Line,
} from './support/ledger.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

/** Each account with its balance. */
const balancesOf = async (query: string): Promise<Record<string, number>> => {
  const answer = await api.get(`/ledger/balances?${query}`);
  expect([query, answer.status]).toEqual([query, 200]);
  const rows = answer.list('balances') as { account: string; balance: number }[];
  return Object.fromEntries(rows.map(({ account, balance }) => [account, balance]));
};

const partComesBack = ({ id }: SentPayment, returnedMinor: bigint) =>
  recordPartialReturns(api.db, [{ paymentId: id, generation: 1, returnedMinor }]);

describe('balances', () => {
  test('each account with its type; all of a currency sum to zero', async () => {
    await comesBack(api, await paidPayment(api));
    await partComesBack(await paidPayment(api), 400n);
    await newRelease(api);
    const answer = await api.get('/ledger/balances?currency=USD');
    const rows = answer.list('balances') as { account: string; type: string; balance: number }[];
    expect(Object.fromEntries(rows.map(({ account, type }) => [account, type]))).toEqual({
      commission_expense: 'expense',
      escrow_liability: 'liability',
      payee_payable: 'liability',
      platform_revenue: 'revenue',
      'provider_clearing/mock': 'asset',
      'returned/mock': 'liability',
      tax_payable: 'liability',
    });
    expect(rows.reduce((sum, { balance }) => sum + balance, 0)).toBe(0);
  });

  test('an account by its name, and all of a kind', async () => {
    const [payment] = await paidPayments(api, 1);
    await api.db.run(
      z.unknown(),
      `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, batch_id)
       values ('other', 1, 'provider_clearing/other', 'debit', 7, 'USD', $1),
         ('other', 2, 'provider_clearing_fees', 'credit', 7, 'USD', $1)`,
      [payment?.batchId],
    );
    const batch = `batchId=${payment?.batchId}`;
    expect(await balancesOf(`${batch}&account=provider_clearing/mock`)).toEqual({
      'provider_clearing/mock': -10_000,
    });
    expect(await balancesOf(`${batch}&account=provider_clearing/*`)).toEqual({
      'provider_clearing/mock': -10_000,
      'provider_clearing/other': 7,
    });
    const unknown = await api.get('/ledger/balances?account=provider_clearing_fees');
    expect(unknown.at('balances.0.type')).toBeNull();
    await tamper(api, `delete from ledger_entries where entry_id = 'other'`);
  });

  test('of a payee, a batch and an escrow alone', async () => {
    const [first, second] = await paidPayments(api, 2);
    const batchId = String(first?.batchId);
    expect(await balancesOf(`batchId=${batchId}`)).toEqual({
      payee_payable: 20_000,
      'provider_clearing/mock': -20_000,
    });
    const [line] = await entriesOf(api, `paymentId=${second?.id}`);
    expect(await balancesOf(`payeeId=${line?.payeeId}`)).toEqual({
      commission_expense: 10_000,
      payee_payable: 0,
      'provider_clearing/mock': -10_000,
    });
    const { escrowId, batchId: ofEscrow } = await newRelease(api);
    const released = {
      escrow_liability: 4_402,
      payee_payable: -4_000,
      platform_revenue: -400,
      tax_payable: -2,
    };
    expect(await balancesOf(`escrowId=${escrowId}`)).toEqual(released);
    expect(await balancesOf(`batchId=${ofEscrow}`)).toEqual(released);
    expect(await balancesOf(`batchId=${newId('batch')}`)).toEqual({});
  });

  test.each(['account=*', 'account=provider*', 'payeeId=me', 'escrowId=%00', 'provider=mock'])(
    '422 for %s',
    async (query) => {
      expect((await api.get(`/ledger/balances?${query}`)).status).toBe(422);
    },
  );
});

describe('entries', () => {
  let payment: SentPayment;
  let release: Awaited<ReturnType<typeof newRelease>>;
  let all: Line[];
  beforeAll(async () => {
    payment = (await paidPayments(api, 3))[1] ?? (await paidPayment(api));
    await comesBack(api, payment);
    release = await newRelease(api);
    all = await entriesOf(api, '');
  });

  test('by entry and line, each entry whole', () => {
    expect(all.length).toBeGreaterThan(20);
    const places = all.map(({ entryId, line }) => [entryId, line] as const);
    const sorted = places.toSorted(([a, m], [b, n]) => (a === b ? m - n : a < b ? -1 : 1));
    expect(places).toEqual(sorted);
  });

  test('each filter finds exactly its lines', async () => {
    const [payeeId] = release.payeeIds;
    const ofPayment = all.find(({ paymentId }) => paymentId === payment.id);
    const at = ofPayment?.createdAt ?? '';
    const wanted: [string, (line: Line) => boolean][] = [
      [`payeeId=${ofPayment?.payeeId}`, (line) => line.payeeId === ofPayment?.payeeId],
      [`payeeId=${payeeId}`, (line) => line.payeeId === payeeId],
      [`batchId=${payment.batchId}`, ({ batchId }) => batchId === payment.batchId],
      [`batchId=${release.batchId}`, ({ batchId }) => batchId === release.batchId],
      [`paymentId=${payment.id}`, ({ paymentId }) => paymentId === payment.id],
      [`escrowId=${release.escrowId}`, ({ escrowId }) => escrowId === release.escrowId],
      [`entryId=${payment.id}:settled`, ({ entryId }) => entryId === `${payment.id}:settled`],
      ['currency=USD', ({ currency }) => currency === 'USD'],
      ['account=payee_payable', ({ account }) => account === 'payee_payable'],
      ['account=provider_clearing/*', ({ account }) => account.startsWith('provider_clearing/')],
      [`from=${at}`, ({ createdAt }) => createdAt >= at],
      [`to=${at}`, ({ createdAt }) => createdAt < at],
      [
        `batchId=${payment.batchId}&account=payee_payable&payeeId=${ofPayment?.payeeId}`,
        (line) =>
          line.batchId === payment.batchId &&
          line.account === 'payee_payable' &&
          line.payeeId === ofPayment?.payeeId,
      ],
    ];
    expect(await entriesOf(api, 'currency=EUR')).toEqual([]);
    for (const [query, fits] of wanted) {
      const expected = all.filter(fits);
      expect([query, expected.length]).not.toEqual([query, 0]);
      expect([query, await entriesOf(api, query)]).toEqual([query, expected]);
    }
    expect(await entriesOf(api, `paymentId=${newId('payment')}`)).toEqual([]);
  });

  test('a time is the first that counts, or the first that does not', async () => {
    const at = '2026-01-02T03:04:05.006Z';
    await tamper(
      api,
      `insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, created_at)
       select 'old', line, 'commission_expense', side, 1, 'USD', '${at}'
       from (values (1, 'debit'), (2, 'credit')) as l (line, side)`,
    );
    expect(await entriesOf(api, `entryId=old&from=${at}`)).toHaveLength(2);
    expect(await entriesOf(api, `entryId=old&to=${at}`)).toHaveLength(0);
    await tamper(api, `delete from ledger_entries where entry_id = 'old'`);
  });

  test.each(['', 'account=payee_payable', 'batch', 'escrow'])(
    'page by page, nothing twice and nothing left out while rows are added: %s',
    async (name) => {
      const filters: Record<string, string> = {
        batch: `batchId=${payment.batchId}`,
        escrow: `escrowId=${release.escrowId}`,
      };
      const query = filters[name] ?? name;
      const before = await entriesOf(api, query);
      const read: Line[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const after = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page = await api.get(`/ledger/entries?limit=3&${query}${after}`);
        read.push(...(page.list('entries') as Line[]));
        if (read.length < 12) await addPayable(api);
        const next = page.at('nextCursor');
        cursor = typeof next === 'string' ? next : null;
      }
      const keys = read.map(({ entryId, line }) => `${entryId} ${line}`);
      expect(new Set(keys).size).toBe(keys.length);
      const known = new Set(before.map(({ entryId, line }) => `${entryId} ${line}`));
      expect(keys.filter((key) => known.has(key))).toEqual([...known]);
    },
  );

  test('a cursor of another list is refused', async () => {
    const foreign = Buffer.from('[7]').toString('base64url');
    expect((await api.get(`/ledger/entries?cursor=${foreign}`)).status).toBe(422);
  });
});

describe('corrections', () => {
  const corrections = async (query: string) =>
    (await entriesOf(api, query))
      .filter(({ line }) => line === 1)
      .map(({ entryId, corrects }) => [entryId, corrects]);

  test('what comes back corrects the entry that paid, whole or in parts', async () => {
    const payment = await paidPayment(api);
    const settled = `${payment.id}:settled`;
    await partComesBack(payment, 300n);
    await comesBack(api, payment);
    expect(await corrections(`paymentId=${payment.id}`)).toEqual([
      [`${payment.id}:returned`, settled],
      [`${payment.id}:returned:300`, settled],
      [`${payment.id}:returned:whole`, settled],
      [settled, null],
    ]);
    expect(await balancesOf(`batchId=${payment.batchId}`)).toEqual({
      payee_payable: 0,
      'provider_clearing/mock': 0,
      'returned/mock': 0,
    });
  });

  test('a refund corrects the split', async () => {
    const release = await newRelease(api);
    const refundId = await refundOf(api, release, 4_402n);
    const [split] = await entriesOf(
      api,
      `escrowId=${release.escrowId}&account=escrow_liability`,
    ).then((lines) => lines.filter(({ side }) => side === 'debit'));
    expect(split?.entryId).toMatch(/^rel_[0-9a-f]{32}:split$/);
    expect(await corrections(`escrowId=${release.escrowId}`)).toEqual([
      [split?.entryId, null],
      [`${refundId}:refunded`, split?.entryId],
    ]);
    expect(Object.values(await balancesOf(`escrowId=${release.escrowId}`))).toEqual([0, 0, 0, 0]);
  });
});
