import { beforeAll, describe, expect, test } from 'vitest';
import { booksOf, chosenOf, type Chosen } from '../support/report-year/chosen.ts';
import { OTHER_PROGRAMME } from '../support/report-year/draw-sql.ts';
import { readRaw, type Raw } from '../support/report-year/raw.ts';
import {
  affiliates,
  aging,
  timeSeries,
  type Asked,
  type Row,
} from '../support/report-year/recompute.ts';
import {
  failures,
  feesAndTax,
  methods,
  payoutReport,
  rounded,
  summary,
} from '../support/report-year/recompute-more.ts';
import { reconciliation } from '../support/report-year/recompute-runs.ts';
import { addUpAll, returnLate, seedYear } from '../support/report-year/year.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'];
const SERIES = [
  ['day', 'made', [null, 'status', 'programme']],
  ['day', 'paid', ['provider', 'currency']],
  ['week', 'made', ['provider', 'currency']],
  ['week', 'paid', [null]],
  ['month', 'made', [null, 'provider']],
  ['month', 'paid', ['status', 'programme']],
] as const;
let raw: Raw;

/** A year that was added up, and news of it that was not. */
beforeAll(async () => {
  await seedYear(api.db.url);
  await addUpAll(api.db);
  await returnLate(api.db.url);
  raw = await readRaw(api.db);
});

async function rowsOf(name: string, query: Record<string, string>): Promise<Row[]> {
  const answer = await api.get(`/reports/${name}?${new URLSearchParams(query).toString()}`);
  expect([name, query, answer.status, answer.at('error')]).toEqual([name, query, 200, undefined]);
  return answer.list('rows') as Row[];
}

/** All pages of the affiliates. */
async function pagesOf(query: Record<string, string>): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: unknown;
  do {
    const page = { ...query, limit: '1000', ...(typeof cursor === 'string' && { cursor }) };
    const answer = await api.get(`/reports/affiliates?${new URLSearchParams(page).toString()}`);
    expect([page, answer.status]).toEqual([page, 200]);
    rows.push(...(answer.list('rows') as Row[]));
    cursor = answer.at('nextCursor');
  } while (cursor !== null);
  return rows;
}

const year = (zone: string): Asked => ({ zone, from: '2025-01-01', to: '2026-01-01' });
const yearBefore = (zone: string): Asked => ({ zone, from: '2024-01-01', to: '2025-01-01' });
/** A month in which clocks change, and the one before. */
const march = (zone: string): Asked => ({ zone, from: '2025-03-01', to: '2025-04-01' });
const february = (zone: string): Asked => ({ zone, from: '2025-02-01', to: '2025-03-01' });
/** Instants within a quarter of an hour, and as long a time before. */
const ODD: Asked = { zone: 'UTC', from: '2025-03-30T00:07:13.250Z', to: '2025-06-01T00:59:59Z' };
const ODD_BEFORE: Asked = {
  zone: 'UTC',
  from: '2025-01-25T23:14:27.500Z',
  to: '2025-03-30T00:07:13.250Z',
};

const text = (row: Row): string =>
  JSON.stringify(Object.entries(row).toSorted(([a], [b]) => compare(a, b)));
const inAnyOrder = (rows: readonly Row[]): string[] => rows.map(text).toSorted();
/** Of rows the fields that others have. */
const like = (rows: readonly Row[], [model = {}]: readonly Row[]): Row[] =>
  rows.map((row) => Object.fromEntries(Object.keys(model).map((name) => [name, row[name]])));

test('the year has every state, what came back late and in parts, three currencies, and debts', () => {
  expect(raw.payments).toHaveLength(50_096);
  expect(new Set(raw.payments.map(({ status }) => status)).size).toBe(8);
  const parts = raw.lines.filter(({ entry }) => /:returned:\d+$/.test(entry));
  expect(parts.length).toBeGreaterThan(2_000);
  expect(raw.lines.filter(({ entry }) => entry.endsWith(':whole')).length).toBeGreaterThan(100);
  expect(raw.commissions.filter(({ kind }) => kind === 'clawback').length).toBeGreaterThan(1_000);
});

describe.each(ZONES)('in %s each figure is that of its rows', (zone) => {
  test.each(SERIES)('of the time series by %s of payments %s, each by %j', async (...given) => {
    const [grain, basis, groups] = given;
    for (const group of groups) {
      const asked = { ...year(zone), grain, basis };
      const rows = await rowsOf('time-series', { ...asked, ...(group && { groupBy: group }) });
      expect(rows).toEqual(timeSeries(raw, { ...asked, ...(group && { group }) }));
    }
  });

  test('of the days around each change of the clocks', async () => {
    for (const [from, to] of [
      ['2025-03-28', '2025-04-02'],
      ['2025-03-07', '2025-03-12'],
      ['2025-10-24', '2025-10-29'],
      ['2025-10-31', '2025-11-05'],
    ] as const) {
      const asked = { zone, from, to, grain: 'day', basis: 'made' } as const;
      expect(await rowsOf('time-series', { ...asked })).toEqual(timeSeries(raw, asked));
    }
  });

  test('of the affiliates, however they are sorted', async () => {
    const expected = affiliates(raw, year(zone), yearBefore(zone));
    expect(await pagesOf({ ...year(zone) })).toEqual(expected);
    for (const sort of ['paid', 'earned'] as const) {
      const sorted = await pagesOf({ ...year(zone), sort });
      expect(sorted).toEqual(byAmount(expected, `${sort}Amount`));
    }
    const byName = await pagesOf({ ...march(zone), sort: 'name' });
    const ofMarch = affiliates(raw, march(zone), february(zone));
    expect(inAnyOrder(byName)).toEqual(inAnyOrder(ofMarch));
  });

  test('of the summary, the methods, the failures and the payout report', async () => {
    for (const [asked, before] of [
      [year(zone), yearBefore(zone)],
      [march(zone), february(zone)],
    ] as const) {
      await expectTold(raw, {}, asked, before);
      const owed = await rowsOf('payout-report', { ...asked });
      expect(inAnyOrder(owed)).toEqual(inAnyOrder(payoutReport(raw, asked)));
    }
  });

  test('of fees and tax', async () => {
    const fees = feesAndTax(raw, year(zone));
    expect(like(await rowsOf('fees-and-tax', { ...year(zone) }), fees)).toEqual(fees);
  });
});

test('of a period between two instants within a quarter of an hour', async () => {
  await expectTold(raw, {}, ODD, ODD_BEFORE);
  const owed = await rowsOf('payout-report', { ...ODD });
  expect(inAnyOrder(owed)).toEqual(inAnyOrder(payoutReport(raw, ODD)));
  expect(await pagesOf({ ...ODD })).toEqual(affiliates(raw, ODD, ODD_BEFORE));
});

/** Asks by a body, and expects what is worked out from the rows that are chosen. */
async function expectTold(all: Raw, chosen: Chosen, asked: Asked, before: Asked): Promise<void> {
  const meant = chosenOf(all, chosen);
  const told = async (name: string): Promise<Row[]> => {
    const answer = await api.post(`/reports/${name}`, { ...asked, ...chosen });
    expect([name, chosen, answer.status]).toEqual([name, chosen, 200]);
    return answer.list('rows') as Row[];
  };
  const compared = summary(meant, asked, before);
  expect(like(await told('summary'), compared)).toEqual(compared);
  const found = (await told('methods')).map((row) => ({
    ...row,
    tookP50Ms: rounded(row['tookP50Ms']),
    tookP95Ms: rounded(row['tookP95Ms']),
    tookP99Ms: rounded(row['tookP99Ms']),
  }));
  const ways = methods(meant, asked);
  expect(inAnyOrder(like(found, ways))).toEqual(inAnyOrder(ways));
  const failed = failures(meant, asked).map(({ own: _own, ...row }) => row);
  expect(inAnyOrder(like(await told('failures'), failed))).toEqual(inAnyOrder(failed));
}

/** The largest of each currency first; those with nothing last, by their ids. */
const byAmount = (rows: readonly Row[], name: string): Row[] => [
  ...rows
    .filter((row) => row[name] !== 0)
    .toSorted(
      (a, b) =>
        compare(a['currency'], b['currency']) ||
        Number(b[name]) - Number(a[name]) ||
        compare(a['affiliateId'], b['affiliateId']),
    ),
  ...rows.filter((row) => row[name] === 0),
];
const compare = (a: unknown, b: unknown): number => (String(a) < String(b) ? -1 : Number(a !== b));

test('of the ages of what is owed and of payments that are stuck', async () => {
  const answer = await api.get('/reports/aging');
  const rows = answer.list('rows') as Row[];
  expect(new Set(rows.map(({ kind }) => kind))).toEqual(
    new Set(['payable', 'held', 'debt', 'stuck']),
  );
  const asOf = Date.parse(String(answer.at('report.from')));
  expect(inAnyOrder(rows)).toEqual(inAnyOrder(aging(raw, asOf)));
});

test('of the ages of some affiliates, and of payments by provider, state and amount', async () => {
  const ofAll: Chosen = { currency: 'USD', ...someOf(raw) };
  const status = ['UNKNOWN', 'ON_HOLD'];
  const ofPayments: Chosen = { ...ofAll, provider: 'xendit', minAmount: 10_000, status };
  const answer = await api.post('/reports/aging', ofPayments);
  const { payables } = chosenOf(raw, ofAll);
  const payments = chosenOf(raw, ofPayments).payments.filter((row) => status.includes(row.status));
  const asOf = Date.parse(String(answer.at('report.from')));
  const expected = aging({ ...raw, payables, payments }, asOf);
  expect(new Set(expected.map(({ kind }) => kind)).size).toBe(4);
  expect(inAnyOrder(answer.list('rows') as Row[])).toEqual(inAnyOrder(expected));
});

test('of the reconciliations', async () => {
  const rows = await rowsOf('reconciliation', { from: '2025-01-01', to: '2025-12-01' });
  expect(rows.length).toBeGreaterThan(50);
  expect(inAnyOrder(rows)).toEqual(inAnyOrder(reconciliation(raw, '2025-01-01', '2025-12-01')));
});

test('what affiliates were paid is what the books say was settled', async () => {
  const asked = year('Europe/Berlin');
  const paid = new Map<unknown, number>();
  for (const row of await pagesOf({ ...asked })) {
    paid.set(row['currency'], (paid.get(row['currency']) ?? 0) + Number(row['paidAmount']));
  }
  const report = await rowsOf('payout-report', { ...asked });
  for (const [currency, amount] of paid) {
    const payouts = report.filter(
      (row) => row['section'] === 'payout' && row['currency'] === currency,
    );
    expect(payouts.reduce((sum, row) => sum - Number(row['amount']), 0)).toBe(amount);
  }
});

/** What slots can answer, and what they cannot. */
const FILTERS: readonly (readonly [string, () => Chosen])[] = [
  ['one provider and currency', () => ({ provider: 'xendit', currency: 'EUR' })],
  ['some states', () => ({ status: ['COMPLETED', 'FAILED'] })],
  ['one programme', () => ({ programmeId: OTHER_PROGRAMME })],
  ['all that slots are divided by', () => ({ ...OF_SLOTS, status: ['RETURNED', 'COMPLETED'] })],
  ['amounts', () => ({ currency: 'JPY', minAmount: 5_000, maxAmount: 50_000 })],
  ['affiliates', () => ({ affiliateId: raw.payees.slice(0, 200).map(({ id }) => id) })],
  [
    'everything at once',
    () => ({ ...OF_SLOTS, ...someOf(raw), minAmount: 900, status: ['COMPLETED'] }),
  ],
];
const OF_SLOTS = { provider: 'stripe', currency: 'USD', programmeId: OTHER_PROGRAMME };
const someOf = ({ payees }: Raw) => ({ affiliateId: payees.slice(100, 400).map(({ id }) => id) });

describe.each(FILTERS)('of %s', (_what, choose) => {
  const zone = 'Asia/Kathmandu';

  test('the figures are those of the rows that are chosen', async () => {
    const chosen = choose();
    const meant = chosenOf(raw, chosen);
    await expectTold(raw, chosen, year(zone), yearBefore(zone));
    for (const basis of ['made', 'paid'] as const) {
      const asked = { ...year(zone), grain: 'month', basis };
      const answer = await api.post('/reports/time-series', { ...asked, ...chosen });
      expect(answer.list('rows')).toEqual(timeSeries(meant, asked));
    }
    const page = { ...year(zone), ...chosen, limit: 1_000 };
    const answer = await api.post('/reports/affiliates', page);
    const expected = affiliates(meant, year(zone), yearBefore(zone));
    expect(answer.list('rows')).toEqual(expected.slice(0, 1_000));
    const byPaid = await api.post('/reports/affiliates', { ...page, sort: 'paid' });
    expect(byPaid.list('rows')).toEqual(byAmount(expected, 'paidAmount').slice(0, 1_000));
  });
});

test('a query says the same as a body', async () => {
  const asked = new URLSearchParams({ ...year('UTC'), provider: 'mock' });
  const status = ['FAILED', 'RETURNED'];
  for (const state of status) asked.append('status', state);
  const answer = await api.get(`/reports/time-series?${asked.toString()}`);
  const meant = chosenOf(raw, { provider: 'mock', status });
  expect(answer.list('rows')).toEqual(
    timeSeries(meant, { ...year('UTC'), grain: 'day', basis: 'made' }),
  );
});

test('the payout report of some affiliates and one currency is of their lines alone', async () => {
  const chosen: Chosen = { currency: 'EUR', ...someOf(raw) };
  const asked = march('America/New_York');
  const answer = await api.post('/reports/payout-report', { ...asked, ...chosen });
  const expected = payoutReport(booksOf(raw, chosen), asked);
  expect(inAnyOrder(answer.list('rows') as Row[])).toEqual(inAnyOrder(expected));
});

test('once all is added up again, nothing has changed', async () => {
  const asked = { ...year('America/New_York'), grain: 'week', basis: 'made' } as const;
  const before = summary(raw, year('America/New_York'), yearBefore('America/New_York'));
  await addUpAll(api.db);
  expect(await rowsOf('time-series', { ...asked })).toEqual(timeSeries(raw, asked));
  const rows = await rowsOf('summary', { ...year('America/New_York') });
  expect(like(rows, before)).toEqual(before);
  expect(await rowsOf('payout-report', { ...year('America/New_York') })).toHaveLength(
    payoutReport(raw, year('America/New_York')).length,
  );
});
