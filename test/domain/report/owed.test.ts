import { expect, test } from 'vitest';
import { feesOf } from '../../../domain/report/fees.ts';
import { owedLines } from '../../../domain/report/owed.ts';

const change = (kind: string, owed_minor: bigint, source: string | null = null, lines = 1) => ({
  part: 'period' as const,
  kind,
  source,
  currency: 'USD',
  lines,
  owed_minor,
});

const failed = (payments: number, amount_minor: bigint) => ({
  bucket: 0,
  group: '',
  currency: 'USD',
  status: 'FAILED',
  payments,
  amount_minor,
});

const told = (lines: ReturnType<typeof owedLines>): string[] =>
  lines.map(({ section, category, entries, amountMinor }) =>
    [section, category, entries, amountMinor].join(' '),
  );

test('what was owed, all that changed it, and what is owed in the end', () => {
  const start = { ...change('', 100n), part: 'start' as const };
  const lines = owedLines(
    [
      change('returned', 5n),
      change('settled', -30n, 'schedule', 3),
      change('settled', -20n, 'escrow', 2),
      change('earned', 50n, null, 4),
      change('refunded', -2n),
      change('split', 8n),
      change('written_off', 1n),
      change('elsewhere', 7n),
      start,
    ],
    [failed(2, 11n)],
  );
  expect(told(lines)).toEqual([
    'start   100',
    'earned  4 50',
    'written_off  1 1',
    'escrow_released  1 8',
    'escrow_refunded  1 -2',
    'payout escrow 2 -20',
    'payout schedule 3 -30',
    'returned  1 5',
    'other elsewhere 1 7',
    'end   119',
    'failed  2 11',
  ]);
});

test('without failures there is no block of them, without movements the end is the start', () => {
  const start = { ...change('', 100n), part: 'start' as const };
  expect(told(owedLines([start], [failed(0, 0n)]))).toEqual(['start   100', 'end   100']);
  expect(owedLines([], [])).toEqual([]);
});

test('a currency of which only something failed has its balance of nothing', () => {
  expect(told(owedLines([], [failed(1, 3n)]))).toEqual(['start   0', 'end   0', 'failed  1 3']);
});

test('fees and tax of each month, what was given back beside what was taken', () => {
  const buckets = ['2026-01-01', '2026-02-01'].map((key, from) => ({ key, from, to: from + 1 }));
  const line = (bucket: number, account: string, credit_minor: bigint, debit_minor: bigint) => ({
    bucket,
    account,
    currency: 'USD',
    credit_minor,
    debit_minor,
  });
  const rows = feesOf(
    buckets,
    [
      line(0, 'platform_revenue', 10n, 0n),
      line(0, 'platform_revenue', 5n, 2n),
      line(1, 'tax_payable', 7n, 1n),
    ],
    [{ bucket: 1, currency: 'EUR', amount_minor: 4n }],
  );
  expect(rows.map(({ bucket, ...row }) => [bucket.key, ...Object.values(row)].join(' '))).toEqual([
    '2026-01-01 EUR 0 0 0 0 0',
    '2026-02-01 EUR 0 0 0 0 4',
    '2026-01-01 USD 15 2 0 0 0',
    '2026-02-01 USD 0 0 7 1 0',
  ]);
});
