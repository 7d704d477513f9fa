import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addUpSlots } from '../../db/queries/report/add-up.ts';
import { recordPartialReturns } from '../../db/queries/returns-partial.ts';
import { comesBack, newRelease, paidPayments, refundOf } from './support/ledger.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const NAMES = [
  'summary',
  'time-series',
  'methods',
  'failures',
  'fees-and-tax',
  'payout-report',
] as const;

/** All that these tests write happens today. */
const DAY_MS = 86_400_000;
const NOW = Date.now();
const dayAt = (offset: number): string =>
  new Date(NOW + offset * DAY_MS).toISOString().slice(0, 10);
const PERIOD = `from=${dayAt(-1)}&to=${dayAt(2)}`;

type Row = Record<string, string | number | null>;
const rowsOf = async (path: string): Promise<Row[]> => {
  const answer = await api.get(`/reports/${path}`);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.list('rows') as Row[];
};

/** Debits less credits of accounts, by entries of one kind. */
async function booked(account: string, kind: string): Promise<number> {
  const [row] = await api.db.run(
    z.object({ minor: z.coerce.number() }),
    `select coalesce(sum(case side when 'debit' then amount_minor else -amount_minor end), 0) as minor
     from ledger_entries where account like $1 and entry_id like '%:' || $2 || '%'`,
    [account, kind],
  );
  return row?.minor ?? Number.NaN;
}

/** Three are paid, of which one comes back as a whole and one in part; a release is refunded in part. */
beforeAll(async () => {
  const [whole, part] = await paidPayments(api, 3);
  if (!whole || !part) throw new Error('nothing was paid');
  await comesBack(api, whole);
  await recordPartialReturns(api.db, [{ paymentId: part.id, generation: 1, returnedMinor: 400n }]);
  await refundOf(api, await newRelease(api), 1_000n);
});

async function expectFiguresOfBooks(): Promise<void> {
  const summary = await rowsOf(`summary?${PERIOD}`);
  const of = (measure: string, status: string | null = null) =>
    summary.find((row) => row['measure'] === measure && row['status'] === status);
  expect(of('paid')).toMatchObject({
    payments: 3,
    amount: -(await booked('provider_clearing/%', 'settled')),
    averageAmount: 10_000,
    beforeAmount: 0,
    amountChangePercent: null,
  });
  expect([of('returned')?.['payments'], of('returned_partly')?.['payments']]).toEqual([1, 1]);
  expect(Number(of('returned')?.['amount']) + Number(of('returned_partly')?.['amount'])).toBe(
    await booked('provider_clearing/%', 'returned'),
  );
  expect(of('made', 'RETURNED')).toMatchObject({ payments: 1, amount: 10_000 });
  expect(of('made')?.['successRate']).toBe(2 / 3);

  const [fees] = await rowsOf(`fees-and-tax?${PERIOD}&currency=USD`);
  expect(fees).toMatchObject({
    feesNetAmount: -(await booked('platform_revenue', '')),
    taxNetAmount: -(await booked('tax_payable', '')),
  });

  const statement = await rowsOf(`payout-report?${PERIOD}`);
  const amounts = statement.filter(({ section }) => section !== 'end' && section !== 'failed');
  const end = statement.find(({ section }) => section === 'end');
  expect(amounts.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(end?.['amount']);
  expect(end?.['amount']).toBe(-(await booked('payee_payable', '')));
  expect(statement.filter(({ section }) => section === 'payout')).toMatchObject([
    { category: 'manual', entries: 3, amount: -30_000 },
  ]);
}

describe('figures', () => {
  test('are those of the ledger, read row by row and added up', async () => {
    await expectFiguresOfBooks();
    for (const source of ['payments', 'ledger'] as const) {
      const slots = await addUpSlots(api.db, source, { slotsMax: 100, restSeconds: 0 });
      expect(slots).toBeGreaterThan(0);
    }
    await expectFiguresOfBooks();
  });

  test('a statement goes on where the one before ended', async () => {
    const endOf = async (query: string) =>
      (await rowsOf(`payout-report?${query}`)).find(({ section }) => section === 'end')?.['amount'];
    const startOf = async (query: string) =>
      (await rowsOf(`payout-report?${query}`)).find(({ section }) => section === 'start')?.[
        'amount'
      ];
    const now = new Date().toISOString();
    const end = await endOf(`from=${dayAt(-1)}&to=${now}`);
    expect(end).toBeGreaterThan(0);
    expect(await startOf(`from=${now}&to=${dayAt(2)}`)).toBe(end);
  });

  test('of one affiliate are its own', async () => {
    const [row] = await api.db.run(
      z.object({ id: z.string() }),
      `select payee_id as id from payments where status = 'RETURNED' limit 1`,
    );
    const query = `${PERIOD}&affiliateId=${row?.id}`;
    const statement = await rowsOf(`payout-report?${query}`);
    const told = statement.map(({ section, amount }) => `${section} ${amount}`);
    expect(told).toEqual([
      'start 0',
      'earned 10000',
      'payout -10000',
      'returned 10000',
      'end 10000',
    ]);
    const [made] = await rowsOf(`summary?${query}`);
    expect(made).toMatchObject({ measure: 'made', payments: 1, amount: 10_000 });
  });

  test('methods tell how long what was paid took, and what came back by its code', async () => {
    const [row] = await rowsOf(`methods?${PERIOD}`);
    expect(row).toMatchObject({ provider: 'mock', channel: null, currency: 'USD' });
    expect(row?.['tookP50Ms']).toBeGreaterThanOrEqual(0);
    expect(Number(row?.['tookP99Ms'])).toBeGreaterThanOrEqual(Number(row?.['tookP50Ms']));
    expect(row?.['failureCodes']).toMatch(/^\w+=1$/);
  });

  test('a time series has the gaps as well', async () => {
    const rows = await rowsOf(`time-series?${PERIOD}&basis=paid&currency=USD`);
    expect(rows.map(({ bucket }) => bucket)).toEqual([dayAt(-1), dayAt(0), dayAt(1)]);
    expect(rows.map(({ payments }) => payments)).toEqual([0, 3, 0]);
  });
});

describe.each(NAMES)('%s', (name) => {
  const lastAudit = async (action: string) => {
    const [row] = await api.db.run(
      z.object({
        actor: z.string(),
        status: z.string(),
        details: z.record(z.string(), z.unknown()),
      }),
      'select actor, status, details from audit_logs where action = $1 order by id desc limit 1',
      [action],
    );
    return row;
  };

  test('says what it is, and that it was seen stands in the audit log', async () => {
    const answer = await api.get(`/reports/${name}?${PERIOD}&currency=USD`, { as: 'viewer' });
    const rows = answer.list('rows');
    const report = Object(answer.at('report')) as Record<string, unknown>;
    expect(report).toMatchObject({
      name,
      zone: 'UTC',
      rows: rows.length,
      from: `${dayAt(-1)}T00:00:00.000Z`,
      to: `${dayAt(2)}T00:00:00.000Z`,
      generatedBy: `key:${api.keys.viewer.id}`,
      hash: createHash('sha256').update(JSON.stringify(rows)).digest('hex'),
    });
    expect(Object(report['filters'])).toMatchObject({ currency: 'USD' });
    expect(await lastAudit('report.viewed')).toMatchObject({
      actor: `key:${api.keys.viewer.id}`,
      status: 'INFO',
      details: { report: name, rows: rows.length, sha256: report['hash'] },
    });
  });

  test('goes out as CSV to those who may export, with the same figures', async () => {
    const denied = await api.get(`/reports/${name}?${PERIOD}&format=csv`, { as: 'processor' });
    expect([denied.status, denied.at('error.code')]).toEqual([403, 'forbidden']);
    const answer = await api.get(`/reports/${name}?${PERIOD}&format=csv`, { as: 'manager' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/csv; charset=utf-8',
    ]);
    const lines = parse<Record<string, string>>(answer.text, { columns: true });
    const rows = await rowsOf(`${name}?${PERIOD}`);
    expect(lines).toHaveLength(rows.length);
    for (const [place, row] of rows.entries()) {
      for (const [column, value] of Object.entries(row)) {
        const amount = column === 'amount' || column.endsWith('Amount');
        const told =
          amount && value !== null ? (Number(value) / 100).toFixed(2) : String(value ?? '');
        expect([column, lines[place]?.[column]]).toEqual([column, told]);
      }
    }
    const sha256 = createHash('sha256').update(answer.text).digest('hex');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-report-rows': String(rows.length),
      'x-report-hash': sha256,
      'x-report-generated-by': `key:${api.keys.manager.id}`,
      'x-report-filters': expect.stringContaining(
        `{"from":"${dayAt(-1)}T00:00:00.000Z","to":"${dayAt(2)}T00:00:00.000Z","zone":"UTC"`,
      ),
    });
    expect(await lastAudit('report.exported')).toMatchObject({
      actor: `key:${api.keys.manager.id}`,
      details: { report: name, format: 'csv', rows: rows.length, sha256 },
    });
  });

  test('answers the same to a body as to a query', async () => {
    const posted = await api.post(`/reports/${name}`, { from: dayAt(-1), to: dayAt(2) });
    expect(posted.at('rows')).toEqual(await rowsOf(`${name}?${PERIOD}`));
  });
});
