import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { affiliate, commission, unique } from './support/data.ts';
import { exporter, insertAffiliates } from './support/exporter.ts';
import { comesBack, newRelease, paidPayments } from './support/ledger.ts';
import { useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();

const rowsOf = (answer: Answer): Record<string, string>[] => {
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
  return parse(answer.text, { columns: true, record_delimiter: '\r\n' });
};

/** A file of a caller of its own. */
const exported = async (query: string): Promise<Answer> =>
  (await exporter(api)).get(`/reports/export?${query}`);

const sumOf = (rows: readonly Record<string, string>[], name: string): bigint =>
  rows.reduce((sum, row) => sum + BigInt(row[name] ?? '0'), 0n);

test('payments: every one that the list shows, with exact amounts in major and minor units', async () => {
  const [first, second] = await paidPayments(api, 2);
  if (!first || !second) throw new Error('no payments');
  await comesBack(api, second);
  const rows = rowsOf(await exported(`kind=payments&batchId=${first.batchId}`));
  const listed = await api.get(`/payments?batchId=${first.batchId}`);
  expect(rows.map(({ id }) => id)).toEqual([first.id, second.id].toSorted());
  for (const row of rows) {
    const shown = listed
      .list('payments')
      .find((each) => Reflect.get(Object(each), 'id') === row['id']) as Record<string, unknown>;
    for (const name of ['batchId', 'affiliateId', 'status', 'currency', 'provider', 'reference']) {
      expect([name, row[name]]).toEqual([name, shown[name]]);
    }
    for (const name of ['createdAt', 'submittedAt', 'completedAt'])
      expect([name, row[name]]).toEqual([name, shown[name] ?? '']);
    expect(row['amountMinor']).toBe(String(shown['amount']));
    expect(row['amount']).toBe('100.00');
  }
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['COMPLETED', 'RETURNED']));
  const returned = await exported(`kind=payments&batchId=${first.batchId}&status=RETURNED`);
  expect(rowsOf(returned).map(({ id }) => id)).toEqual([second.id]);
});

test('lines of the ledger: their sums are those of the balances', async () => {
  const release = await newRelease(api);
  const rows = rowsOf(await exported(`kind=ledger_entries&escrowId=${release.escrowId}`));
  const balances = await api.get(`/ledger/balances?escrowId=${release.escrowId}`);
  const of = (account: string, side: string) =>
    sumOf(
      rows.filter((row) => row['account'] === account && row['side'] === side),
      'amountMinor',
    );
  for (const each of balances.list('balances') as Record<string, unknown>[]) {
    const account = String(each['account']);
    expect([account, of(account, 'debit') - of(account, 'credit')]).toEqual([
      account,
      BigInt(Number(each['balance'])),
    ]);
  }
  expect(rows.length).toBeGreaterThan(4);
  const kind = rowsOf(
    await exported(`kind=ledger_entries&escrowId=${release.escrowId}&account=payee_payable`),
  );
  expect(new Set(kind.map(({ account }) => account))).toEqual(new Set(['payee_payable']));
});

test('commissions by state, affiliate, amount and time; a clawback stays a number below zero', async () => {
  const made = await api.post('/affiliates', affiliate());
  const id = String(made.at('items.0.id'));
  const other = String((await api.post('/affiliates', affiliate())).at('items.0.id'));
  for (const [amount, earnedAt] of [
    [2_500, '2026-03-28T23:30:00Z'],
    [-700, '2026-03-29T00:30:00Z'],
    [900, '2026-03-29T22:30:00Z'],
  ]) {
    const answer = await api.post('/commissions', commission(id, { amount, earnedAt }));
    expect(answer.status).toBe(201);
  }
  await api.post('/commissions', commission(other));
  const mine = `kind=commissions&affiliateId=${id}`;
  const rows = rowsOf(await exported(`${mine}&status=APPROVED&status=PAID`));
  expect(rows.map(({ amount }) => amount)).toEqual(['25.00', '-7.00', '9.00']);
  // The local day of the 29th of March has 23 hours in Berlin, from 23:00 UTC to 22:00 UTC.
  const berlin = `${mine}&from=2026-03-29&to=2026-03-30&zone=Europe/Berlin`;
  expect(rowsOf(await exported(berlin)).map(({ amountMinor }) => amountMinor)).toEqual([
    '2500',
    '-700',
  ]);
  const utc = rowsOf(await exported(`${mine}&from=2026-03-29&to=2026-03-30`));
  expect(utc.map(({ amountMinor }) => amountMinor)).toEqual(['-700', '900']);
  const small = rowsOf(await exported(`${mine}&currency=USD&maxAmount=900`));
  expect(small.map(({ amountMinor }) => amountMinor)).toEqual(['-700', '900']);
  const both = rowsOf(await exported(`${mine}&affiliateId=${other}`));
  expect(both).toHaveLength(4);
});

test('what a payee is called cannot run as a formula, in CSV; JSON lines hold it as it is', async () => {
  const names = ['=HYPERLINK("http://evil.example")', '+1+1', '-2+3', '@SUM(A1)', 'a,"b"', 'Zoë'];
  const ids: string[] = [];
  for (const fullName of names) {
    const made = await api.post('/affiliates', affiliate({ fullName }));
    ids.push(String(made.at('items.0.id')));
  }
  const query = `kind=affiliates&${ids.map((id) => `affiliateId=${id}`).join('&')}`;
  const shown = rowsOf(await exported(query)).map(({ fullName }) => fullName ?? '');
  expect(shown).toEqual(names.map((name) => (/^[=+\-@]/.test(name) ? `'${name}` : name)));
  const lines = await exported(`${query}&format=jsonl`);
  expect(lines.headers.get('content-type')).toBe('application/x-ndjson');
  const read = lines.text
    .trimEnd()
    .split('\n')
    .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
  expect(read.map(({ fullName }) => fullName)).toEqual(names);
});

test('many pages hold every row once, and what is written down is what went out', async () => {
  const prefix = unique('many');
  await insertAffiliates(api, prefix, 12_000);
  const caller = await exporter(api);
  const answer = await caller.get('/reports/export?kind=affiliates');
  const rows = rowsOf(answer);
  const own = rows.map(({ externalId }) => externalId ?? '').filter((id) => id.startsWith(prefix));
  expect(new Set(own).size).toBe(12_000);
  expect(own).toHaveLength(12_000);
  const ids = rows.map(({ id }) => id ?? '');
  expect(ids).toEqual(ids.toSorted());
  const sha256 = createHash('sha256').update(answer.text).digest('hex');
  expect(await caller.trail()).toMatchObject([
    { action: 'export.created', status: 'SUCCESS', details: { kind: 'affiliates', filter: {} } },
    {
      action: 'export.finished',
      status: 'SUCCESS',
      details: { kind: 'affiliates', format: 'csv', rows: rows.length, sha256 },
    },
  ]);
});

test('a file without rows has the names of its columns', async () => {
  const none = await exported('kind=payments&q=nobody-has-this');
  expect(none.text).toMatch(/^id,batchId,batchNumber,.*\r\n$/);
  expect((await exported('kind=payments&format=jsonl&q=nobody-has-this')).text).toBe('');
});

test('more than 100,000 rows are not answered at once, and nothing is counted as exported', async () => {
  await insertAffiliates(api, unique('large'), 100_001);
  const caller = await exporter(api);
  const refused = await caller.get('/reports/export?kind=affiliates');
  expect([refused.status, refused.at('error.code')]).toEqual([409, 'export_too_large']);
  expect(refused.at('error.message')).toMatch(
    /100,000.*POST \/api\/disbursement\/reports\/exports/,
  );
  expect(await caller.trail()).toEqual([]);
});

test('a reader who goes away leaves a row that says so', async () => {
  await insertAffiliates(api, unique('left'), 12_000, 'CHF');
  const caller = await exporter(api);
  const answer = await api.app.request(
    '/api/disbursement/reports/export?kind=affiliates&currency=CHF',
    { headers: caller.options.headers ?? {} },
    {},
  );
  await answer.body?.cancel();
  await expect
    .poll(async () => (await caller.trail()).map(({ action, status }) => `${action} ${status}`))
    .toEqual(['export.created SUCCESS', 'export.finished FAILURE']);
});

describe('what is refused', () => {
  const ids = Array.from({ length: 10_001 }, (_, at) => `aff_${at.toString(16).padStart(32, '0')}`);
  test.each([
    ['kind=people', 'kind'],
    ['kind=payments&format=xml', 'format'],
    ['kind=payments&nonsense=1', 'nonsense'],
    ['kind=payments&account=payee_payable', 'account'],
    ['kind=ledger_entries&status=COMPLETED', 'status'],
    ['kind=payments&status=APPROVED', 'status'],
    ['kind=commissions&status=COMPLETED', 'status'],
    ['kind=affiliates&minAmount=1&currency=USD', 'minAmount'],
    ['kind=payments&minAmount=1', 'currency'],
    ['kind=payments&minAmount=2&maxAmount=1&currency=USD', 'maxAmount'],
    ['kind=payments&currency=XXX', 'currency'],
    ['kind=payments&zone=Mars/Olympus', 'zone'],
    ['kind=payments&from=2026-01-02&to=2026-01-01', 'to'],
    ['kind=payments&from=2006-01-01&to=2026-01-01', 'to'],
    ['kind=payments&from=yesterday', 'from'],
  ])('%s', async (query, path) => {
    const caller = await exporter(api);
    const answer = await caller.get(`/reports/export?${query}`);
    expect([answer.status, answer.at('error.details.0.path')]).toEqual([422, path]);
    expect(await caller.trail()).toEqual([]);
  });

  test('10,001 affiliates, with the limit in the reason', async () => {
    const caller = await exporter(api);
    const filter = { affiliateId: ids };
    const answer = await caller.post('/reports/exports', { kind: 'payments', filter });
    expect([answer.status, answer.at('error.details.0.path')]).toEqual([422, 'filter.affiliateId']);
    expect(answer.at('error.details.0.reason')).toMatch(/10,000/);
  });

  test('who may not export', async () => {
    const answer = await api.get('/reports/export?kind=payments', { as: 'processor' });
    expect([answer.status, answer.at('error.code')]).toEqual([403, 'forbidden']);
  });

  test('a third export within an hour, until somebody else has looked', async () => {
    const caller = await exporter(api);
    const tries = [];
    for (let count = 0; count < 3; count += 1)
      tries.push((await caller.get('/reports/export?kind=payments&q=x')).status);
    expect(tries).toEqual([200, 200, 409]);
  });
});
