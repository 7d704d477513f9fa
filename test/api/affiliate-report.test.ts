import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { insertPayable } from '../support/rows.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();
const PERIOD = 'from=2026-01-01&to=2027-01-01';
const path = (query = ''): string => `/reports/affiliates?${PERIOD}${query && `&${query}`}`;
interface Row {
  affiliateId: string;
  fullName: string;
  currency: string;
  pendingAmount: number;
}
let first: Awaited<ReturnType<typeof insertPayable>>;

beforeAll(async () => {
  first = await insertPayable(api.db, { amountMinor: 1_000n });
  await insertPayable(api.db, { amountMinor: 2_000n, currency: 'EUR' });
  await insertPayable(api.db, { amountMinor: -700n });
  await api.db.run(z.unknown(), `update payees set full_name = '=SUM(A1)' where id = $1`, [
    first.payeeId,
  ]);
});

const rowsOf = async (query?: string): Promise<Row[]> =>
  (await api.get(path(query))).list('rows') as Row[];

describe('the report of affiliates', () => {
  test('shows names to whom may view, and what is owed', async () => {
    const answer = await api.get(path(), { as: 'viewer' });
    expect(answer.status).toBe(200);
    const rows = answer.list('rows') as Row[];
    const own = rows.find(({ affiliateId }) => affiliateId === first.payeeId);
    expect(own).toMatchObject({ fullName: '=SUM(A1)', currency: 'USD', pendingAmount: 1_000 });
    expect(rows).toHaveLength(3);
    expect(answer.at('nextCursor')).toBeNull();
  });

  test('gives each row once over its pages, however it is sorted', async () => {
    for (const sort of ['id', 'name', 'paid', 'earned']) {
      const seen: string[] = [];
      let cursor = '';
      for (let page = 0; page < 3; page += 1) {
        const answer = await api.get(path(`sort=${sort}&limit=1${cursor}`));
        seen.push(...(answer.list('rows') as Row[]).map(({ affiliateId }) => affiliateId));
        cursor = `&cursor=${String(answer.at('nextCursor'))}`;
      }
      expect([sort, new Set(seen).size, seen.length, cursor]).toEqual([sort, 3, 3, '&cursor=null']);
    }
  });

  test('finds by words, ids and currency; who has nothing in it has zeros', async () => {
    expect(await rowsOf('q=sum(')).toHaveLength(1);
    expect(await rowsOf('q=%25')).toHaveLength(0);
    expect(await rowsOf(`affiliateId=${first.payeeId}`)).toHaveLength(1);
    const euros = await rowsOf('currency=EUR');
    expect(euros.map(({ currency }) => currency)).toEqual(['EUR', 'EUR', 'EUR']);
    expect(euros.map(({ pendingAmount }) => pendingAmount).toSorted((a, b) => a - b)).toEqual([
      0, 0, 2_000,
    ]);
  });

  test.each([
    ['limit=1001', 'limit'],
    ['limit=0', 'limit'],
    ['sort=amount', 'sort'],
    ['cursor=x', 'cursor'],
    ['sort=paid&cursor=WyJhIiwiYiIsImMiXQ', 'cursor'],
    ['minAmount=5', 'currency'],
    ['unknown=1', 'unknown'],
  ])('refuses %s', async (query, field) => {
    const answer = await api.get(path(query));
    expect([answer.status, answer.at('error.code')]).toEqual([422, 'validation_error']);
    expect(answer.text).toContain(field);
  });

  test('refuses 10,001 ids and says how many may be given', async () => {
    const affiliateId = Array.from({ length: 10_001 }, () => first.payeeId);
    const answer = await api.post('/reports/affiliates', {
      from: '2026-01-01',
      to: '2026-02-01',
      affiliateId,
    });
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('10,000')]);
  });

  test('as CSV has exact amounts and no formulas, and names the page that follows', async () => {
    const answer = await api.get(path('format=csv&limit=1&q=sum('));
    expect(answer.status).toBe(200);
    const [header, row] = answer.text.split('\n');
    expect(header).toContain('affiliateId,externalId,fullName,currency,earnedAmount');
    expect(row).toContain(`'=SUM(A1)`);
    expect(row).toContain('10.00');
    expect(answer.headers.get('x-report-rows')).toBe('1');
    expect(answer.headers.get('x-report-next-cursor')).toBeNull();
    const paged = await api.get(path('format=csv&limit=1'));
    expect(paged.headers.get('x-report-next-cursor')).toMatch(/^[\w-]+$/);
  });

  test('as CSV needs the permission to export', async () => {
    expect((await api.get(path('format=csv'), { as: 'viewer' })).status).toBe(403);
  });
});

describe('the report of ages', () => {
  test('tells payable and debts apart, as of now', async () => {
    const answer = await api.get('/reports/aging');
    expect(answer.list('rows')).toEqual([
      row('payable', 'EUR', 2_000),
      row('payable', 'USD', 1_000),
      row('debt', 'USD', 700),
    ]);
    expect(answer.at('report.from')).toBe(answer.at('report.to'));
  });

  const row = (kind: string, currency: string, amount: number) => ({
    kind,
    currency,
    provider: null,
    status: null,
    age: '0-7',
    affiliates: 1,
    payments: null,
    amount,
  });

  test('takes no period', async () => {
    expect((await api.get(`/reports/aging?${PERIOD}`)).status).toBe(422);
  });
});

test('every view is in the audit log', async () => {
  const views = (): Promise<number> =>
    count(api.db, `select count(*) as n from audit_logs where action = 'report.viewed'`);
  const before = await views();
  await api.get(path());
  await api.get('/reports/aging');
  await api.get(`/reports/reconciliation?${PERIOD}`);
  await api.post('/reports/aging', {});
  expect(await views()).toBe(before + 4);
});

test('the report of reconciliation takes no more than ten years', async () => {
  const answer = await api.get('/reports/reconciliation?from=2006-01-01&to=2026-01-02');
  expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('3660')]);
});
