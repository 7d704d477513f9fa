import { describe, expect, test } from 'vitest';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

/** Reports with a period. */
const NAMES = [
  'summary',
  'time-series',
  'methods',
  'failures',
  'fees-and-tax',
  'payout-report',
] as const;
/** Those that may name affiliates, states and amounts. */
const OF_PAYMENTS = ['summary', 'time-series', 'methods', 'failures'] as const;

const YEAR = { from: '2026-01-01', to: '2027-01-01' };

async function refusalOf(name: string, query: Record<string, string>): Promise<string> {
  const answer = await api.get(`/reports/${name}?${new URLSearchParams(query).toString()}`);
  expect([name, query, answer.status]).toEqual([name, query, 422]);
  expect(answer.at('error.code')).toBe('validation_error');
  return `${String(answer.at('error.details.0.path'))}: ${String(answer.at('error.details.0.reason'))}`;
}

describe.each(NAMES)('%s refuses', (name) => {
  test.each([
    ['to before from', { from: '2026-02-01', to: '2026-01-01' }, 'to: must be after `from`'],
    ['an empty period', { from: '2026-02-01', to: '2026-02-01' }, 'to: must be after `from`'],
    [
      'twenty years',
      { from: '2006-01-01', to: '2026-01-01' },
      'to: must be at most 3660 days (ten years) after `from`',
    ],
    [
      'a year of no sense',
      { from: '0026-01-01', to: '2026-02-01' },
      'from: must lie in the years 1970 to 2199',
    ],
    [
      'a day that is none',
      { from: '2026-02-30', to: '2026-03-01' },
      'from: must be a day (2026-01-31) or an instant (2026-01-31T12:00:00Z)',
    ],
    [
      'no period',
      { to: '2026-03-01' },
      'from: must be a day (2026-01-31) or an instant (2026-01-31T12:00:00Z)',
    ],
    [
      'an unknown zone',
      { ...YEAR, zone: 'Europe/Atlantis' },
      'zone: must be a zone of the IANA database, like Europe/Berlin',
    ],
    [
      'an unknown currency',
      { ...YEAR, currency: 'XXX' },
      'currency: must be an ISO-4217 code in upper case, like USD',
    ],
    ['a field that is not known', { ...YEAR, colour: 'blue' }, 'colour: is not a known field'],
  ])('%s', async (_what, query, reason) => {
    expect(await refusalOf(name, query)).toBe(reason);
  });

  test('the same in a body', async () => {
    const answer = await api.post(`/reports/${name}`, { from: '2026-02-01', to: '2026-01-01' });
    expect([answer.status, answer.at('error.details')]).toEqual([
      422,
      [{ path: 'to', reason: 'must be after `from`' }],
    ]);
  });
});

describe.each(OF_PAYMENTS)('%s refuses', (name) => {
  test.each([
    [
      'an amount without its currency',
      { minAmount: '5' },
      'currency: is needed beside an amount: amounts of currencies do not compare',
    ],
    [
      'a least amount above the most',
      { currency: 'USD', minAmount: '6', maxAmount: '5' },
      'maxAmount: must not be below `minAmount`',
    ],
    [
      'an amount that is none',
      { currency: 'USD', minAmount: '5.5' },
      'minAmount: must be a whole number of minor units',
    ],
  ])('%s', async (_what, query, reason) => {
    expect(await refusalOf(name, { ...YEAR, ...query })).toBe(reason);
  });

  test('more than 10,000 affiliates, and takes so many', async () => {
    const ids = Array.from(
      { length: 10_001 },
      (_none, place) => `aff_${place.toString(16).padStart(32, '0')}`,
    );
    const refused = await api.post(`/reports/${name}`, { ...YEAR, affiliateId: ids });
    expect([refused.status, refused.at('error.details')]).toEqual([
      422,
      [{ path: 'affiliateId', reason: 'at most 10,000 ids may be given' }],
    ]);
    const taken = await api.post(`/reports/${name}`, { ...YEAR, affiliateId: ids.slice(1) });
    expect([taken.status, taken.at('rows'), taken.at('report.filters.affiliateId')]).toEqual([
      200,
      [],
      '10000 ids',
    ]);
  });

  test('an unknown state', async () => {
    expect(await refusalOf(name, { ...YEAR, status: 'PAID' })).toBe(
      'status: must be one of PENDING, PROCESSING, UNKNOWN, ON_HOLD, FAILED, COMPLETED, CANCELLED, RETURNED',
    );
  });
});

describe('a time series', () => {
  test('has no unknown group, grain or basis', async () => {
    expect(await refusalOf('time-series', { ...YEAR, groupBy: 'payee' })).toMatch(/^groupBy: /);
    expect(await refusalOf('time-series', { ...YEAR, grain: 'hour' })).toMatch(/^grain: /);
    expect(await refusalOf('time-series', { ...YEAR, basis: 'failed' })).toMatch(/^basis: /);
  });

  test('has at most 1,000 buckets', async () => {
    expect(await refusalOf('time-series', { from: '2024-01-01', to: '2026-09-28' })).toBe(
      'grain: divides the period into more than 1000; ask for a coarser one',
    );
    const most = await api.get('/reports/time-series?from=2024-01-01&to=2026-09-27');
    expect(most.status).toBe(200);
    const weeks = await api.get('/reports/time-series?from=2024-01-01&to=2026-09-28&grain=week');
    expect(weeks.status).toBe(200);
  });
});
