import { expect, test } from 'vitest';
import { bucketsOf, periodBefore } from '../../domain/report/period.ts';
import { queryOf } from '../../web/screens/reports/asked.ts';
import { orderOf, proposedBy } from '../../web/screens/reports/order.ts';
import { daysOf } from '../../web/screens/reports/period.ts';
import {
  PERIODS,
  readReportsSearch,
  REPORT_NAMES,
  type PeriodName,
} from '../../web/screens/reports/search.ts';

const NOON = Date.parse('2026-03-31T12:00:00Z');

test.each<[period: PeriodName, from: string, last: string]>([
  ['month', '2026-03-01', '2026-03-31'],
  ['last-month', '2026-02-01', '2026-02-28'],
  ['7-days', '2026-03-25', '2026-03-31'],
  ['30-days', '2026-03-02', '2026-03-31'],
  ['90-days', '2026-01-01', '2026-03-31'],
  ['quarter', '2026-01-01', '2026-03-31'],
  ['year', '2026-01-01', '2026-03-31'],
  ['last-year', '2025-01-01', '2025-12-31'],
])('%s is the days from %s to %s', (period, from, last) => {
  expect(daysOf({ period }, NOON)).toEqual({ from, last, zone: 'UTC' });
});

test('today is a day of the zone that was chosen', () => {
  const late = Date.parse('2026-12-31T20:00:00Z');
  expect(daysOf({ period: 'year', zone: 'Asia/Tokyo' }, late).from).toBe('2027-01-01');
  expect(daysOf({ period: 'year' }, late).from).toBe('2026-01-01');
});

test('days that are given go before a period with a name', () => {
  const days = { from: '2026-01-05', last: '2026-01-06' };
  expect(daysOf({ period: 'year', ...days }, NOON)).toMatchObject(days);
});

test('a month that is over is asked for as a whole month, so that it stands beside one', () => {
  const { from, to } = queryOf('summary', { period: 'last-month' }, NOON);
  const period = { from: Date.parse(from), to: Date.parse(to), zone: 'UTC' };
  expect(bucketsOf(period, 'month')).toHaveLength(1);
  expect(new Date(periodBefore(period).from).toISOString()).toBe('2026-01-01T00:00:00.000Z');
});

test('every named period ends on the day after its last one', () => {
  for (const period of PERIODS) {
    const { last } = daysOf({ period }, NOON);
    const { to } = queryOf('summary', { period }, NOON);
    expect(Date.parse(to) - Date.parse(last)).toBe(86_400_000);
  }
});

const PAYEE = `aff_${'0'.repeat(32)}`;
const PROGRAMME = `prg_${'0'.repeat(32)}`;
const EVERYTHING = readReportsSearch({
  currency: 'USD',
  provider: 'mock',
  programme: PROGRAMME,
  payee: PAYEE,
  status: 'FAILED',
  min: 100,
  max: 200,
  grain: 'week',
  group: 'status',
  sort: 'earned',
  q: 'ada',
});

test.each([
  ['aging', ['affiliateId', 'currency', 'programmeId', 'provider']],
  ['reconciliation', ['currency', 'from', 'provider', 'to', 'zone']],
  ['fees-and-tax', ['currency', 'from', 'to', 'zone']],
  ['payout-report', ['affiliateId', 'currency', 'from', 'to', 'zone']],
] as const)('%s is asked for what it knows and nothing else', (name, fields) => {
  expect(Object.keys(queryOf(name, EVERYTHING, NOON)).toSorted()).toEqual(fields);
});

test('amounts are asked for in a currency alone, since those of two do not compare', () => {
  const { currency: _, ...noCurrency } = EVERYTHING;
  for (const name of REPORT_NAMES) {
    expect(queryOf(name, noCurrency, NOON)).not.toHaveProperty('minAmount');
  }
  expect(queryOf('summary', EVERYTHING, NOON)).toMatchObject({
    minAmount: '100',
    maxAmount: '200',
  });
});

test('what an address says wrongly is not asked for', () => {
  const wrong = { zone: 'Mars/Olympus', currency: 'usd', from: '5.1.', payee: 'aff_1', min: -1 };
  expect(readReportsSearch({ ...wrong, report: 'nothing', as: 'chart' })).toEqual({});
});

test('an order leaves out what rows of its kind do not have', () => {
  const proposed = proposedBy(EVERYTHING, NOON);
  const filter = (kind: typeof proposed.kind) => orderOf({ ...proposed, kind }).filter;
  expect(filter('payments')).toMatchObject({ provider: 'mock', status: ['FAILED'] });
  expect(filter('payments')).toMatchObject({ affiliateId: [PAYEE], programmeId: PROGRAMME });
  expect(Object.keys(filter('ledger_entries')).toSorted()).toEqual([
    'affiliateId',
    'currency',
    'from',
    'to',
    'zone',
  ]);
  expect(filter('commissions')).not.toHaveProperty('status');
  expect(filter('affiliates')).not.toHaveProperty('programmeId');
});
