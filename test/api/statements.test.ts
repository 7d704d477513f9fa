import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { insertEarned } from '../support/earned.ts';
import { insertPayee } from '../support/releases.ts';
import { relaxPolicy } from '../support/policy.ts';
import { bringBack, settledThen, type SettledPayment } from '../support/settled.ts';
import { exporter } from './support/exporter.ts';
import { statementsOn } from './support/statements.ts';
import { useTestApi, type Answer } from './support/test-api.ts';

const api = useTestApi();
const { paid, statementOf, settledInLedger } = statementsOn(api);

beforeAll(() => relaxPolicy(api.db));

const YEAR_START = '2025-01-01T00:00:00Z';

describe('formats', () => {
  const NAME = `<img src=x onerror="alert('1')">&=1+1`;
  let payment: SettledPayment;
  beforeAll(async () => {
    const payeeId = await insertPayee(api.db);
    await api.db.run(z.unknown(), 'update payees set full_name = $2 where id = $1', [
      payeeId,
      NAME,
    ]);
    await insertEarned(api.db, payeeId, { amountMinor: 1_234_567n });
    payment = await paid(payeeId);
  });

  test('a page for print runs nothing, fetches nothing and shows text as text', async () => {
    const page = await api.get(`/payments/${payment.id}/statement?format=html`);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=UTF-8',
    ]);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}=';/);
    expect(policy).not.toMatch(/unsafe|script-src|https?:/);
    const style = /<style>([^]*?)<\/style>/.exec(page.text)?.[1] ?? '';
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
    expect(style).toMatch(/size: A4/);
    expect(style).toMatch(/tabular-nums/);
    expect(page.text).not.toMatch(/<img|<script|style="|onerror="|href=|src="/);
    expect(page.text).toContain(
      '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;=1+1',
    );
    expect(page.text).toContain('12,345.67');
    expect(page.text).toContain(`${payment.id}:1`);
  });

  test('a file has exact amounts, needs the permission to export, and is counted as one', async () => {
    const caller = await exporter(api);
    const file = await caller.get(`/payments/${payment.id}/statement?format=csv`);
    const rows = parse(file.text, { columns: true, record_delimiter: '\r\n' });
    expect(rows).toEqual([
      expect.objectContaining({
        paymentId: payment.id,
        affiliateName: NAME,
        currency: 'USD',
        gross: '12345.67',
        net: '12345.67',
        netMinor: '1234567',
        status: 'COMPLETED',
      }),
    ]);
    expect(await caller.trail()).toMatchObject([
      { action: 'statement.viewed', details: { paymentId: payment.id, format: 'csv' } },
      { action: 'export.created', details: { kind: 'statement' } },
      { action: 'export.finished', details: { kind: 'statement', rows: 1 } },
    ]);
    const viewer = await exporter(api, 'viewer');
    for (const format of ['json', 'html']) {
      const { status } = await viewer.get(`/payments/${payment.id}/statement?format=${format}`);
      expect([format, status]).toEqual([format, 200]);
    }
    expect((await viewer.get(`/payments/${payment.id}/statement?format=csv`)).status).toBe(403);
    expect((await viewer.trail()).map(({ action }) => action)).toEqual([
      'statement.viewed',
      'statement.viewed',
    ]);
  });
});

describe('a year', () => {
  const BERLIN = 'zone=Europe/Berlin';
  let payeeId: string;
  let payments: SettledPayment[];

  beforeAll(async () => {
    payeeId = await insertPayee(api.db);
    payments = [];
    for (const [amountMinor, currency, at] of [
      [1_000n, 'USD', '2024-12-31T22:59:59Z'],
      [2_000n, 'USD', '2024-12-31T23:30:00Z'],
      [4_000n, 'EUR', '2025-06-30T12:00:00Z'],
      [8_000n, 'USD', '2025-12-31T22:30:00Z'],
      [16_000n, 'USD', '2025-12-31T23:30:00Z'],
    ] as const) {
      await insertEarned(api.db, payeeId, { amountMinor, currency });
      if (currency === 'USD') await insertEarned(api.db, payeeId, { amountMinor: -10n });
      const payment = await paid(payeeId, { currency });
      await settledThen(api.db, payment, at);
      payments.push(payment);
    }
  });

  const year = async (which: number, query = ''): Promise<Answer> => {
    const answer = await api.get(`/affiliates/${payeeId}/statements/${which}?${query}`);
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
    return answer;
  };
  const netsOf = (answer: Answer) =>
    (answer.list('statement.payouts') as { net: number }[]).map(({ net }) => net);

  test('by the clocks of its zone, each currency for itself', async () => {
    expect(netsOf(await year(2025))).toEqual([4_000, 7_990, 15_990]);
    expect(netsOf(await year(2025, BERLIN))).toEqual([1_990, 4_000, 7_990]);
    expect(netsOf(await year(2024, BERLIN))).toEqual([990]);
    const answer = await year(2025);
    expect(answer.at('statement.from')).toBe(YEAR_START.replace('Z', '.000Z'));
    expect(answer.at('statement.totals')).toEqual([
      expect.objectContaining({ currency: 'EUR', payouts: 1, gross: 4_000, net: 4_000 }),
      expect.objectContaining({
        currency: 'USD',
        payouts: 2,
        gross: 24_000,
        clawbacks: 20,
        net: 23_980,
        returned: 0,
        received: 23_980,
      }),
    ]);
    const ledger = await Promise.all(payments.slice(2).map((payment) => settledInLedger(payment)));
    expect(netsOf(answer).map(BigInt)).toEqual(ledger);
  });

  test('has one number once it is over, and none before', async () => {
    const number = (await year(2025)).at('statement.number');
    expect(number).toEqual(expect.any(Number));
    expect((await year(2025)).at('statement.number')).toBe(number);
    const now = new Date().getUTCFullYear();
    const running = await year(now);
    expect([running.at('statement.provisional'), running.at('statement.number')]).toEqual([
      true,
      null,
    ]);
    expect((await year(2019)).at('statement.number')).toBeNull();
  });

  test('what came back counts in the year in which it came back', async () => {
    const [, , , last] = payments;
    if (!last) throw new Error('no payment');
    await bringBack(api.db, last);
    const now = new Date().getUTCFullYear();
    const running = await year(now);
    expect(running.at('statement.returns')).toEqual([
      expect.objectContaining({ paymentId: last.id, amount: 7_990, currency: 'USD' }),
    ]);
    expect(running.at('statement.totals')).toEqual([
      expect.objectContaining({ payouts: 0, net: 0, returned: 7_990, received: -7_990 }),
    ]);
    const past = await year(2025);
    expect(past.at('statement.totals.1')).toMatchObject({ net: 23_980, returned: 0 });
    expect(past.at('statement.payouts.1.status')).toBe('RETURNED');
  });

  test('is a page and a file, too', async () => {
    const page = await api.get(`/affiliates/${payeeId}/statements/2025?format=html&${BERLIN}`);
    expect(page.text).toContain('by the clocks of Europe/Berlin');
    expect(page.text).toContain('79.90');
    const caller = await exporter(api);
    const file = await caller.get(`/affiliates/${payeeId}/statements/2025?format=csv`);
    const rows = parse(file.text, { columns: true, record_delimiter: '\r\n' });
    expect(rows.map((row) => Reflect.get(Object(row), 'net'))).toEqual([
      '40.00',
      '79.90',
      '159.90',
    ]);
  });

  test('of nobody, and of no year, is refused', async () => {
    const nobody = `aff_${'0'.repeat(32)}`;
    expect((await api.get(`/affiliates/${nobody}/statements/2025`)).status).toBe(404);
    expect((await api.get(`/affiliates/${payeeId}/statements/25`)).status).toBe(404);
    const zone = await api.get(`/affiliates/${payeeId}/statements/2025?zone=Nowhere`);
    expect([zone.status, zone.at('error.details.0.path')]).toEqual([422, 'zone']);
  });

  test('stands in the list of the payee, with the payouts, the newest number first', async () => {
    for (const payment of payments) await statementOf(payment);
    const first = await api.get(`/affiliates/${payeeId}/statements?limit=2`);
    const rest = await api.get(
      `/affiliates/${payeeId}/statements?cursor=${String(first.at('nextCursor'))}`,
    );
    const rows = [...first.list('statements'), ...rest.list('statements')] as {
      number: number;
      paymentId: string | null;
      year: number | null;
    }[];
    const numbers = rows.map(({ number }) => number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    expect(new Set(rows.flatMap(({ paymentId }) => paymentId ?? []))).toEqual(
      new Set(payments.map(({ id }) => id)),
    );
    expect(rows.flatMap(({ year: of }) => of ?? [])).toContain(2025);
    expect(first.list('years')).toContainEqual(expect.objectContaining({ year: 2025, payouts: 3 }));
    const nobody = `aff_${'0'.repeat(32)}`;
    expect((await api.get(`/affiliates/${nobody}/statements`)).status).toBe(404);
  });
});
