import { expect, test } from 'vitest';
import type { Preview } from '../../web/lib/queries.ts';
import { differenceOf } from '../../web/screens/new-batch/difference.ts';

type Line = Preview['preview'][number];

const line = (affiliateId: string, totalAmount: number, reason: string | null = null): Line => ({
  affiliateId,
  commissionCount: 1,
  totalAmount,
  payments: 1,
  eligible: reason === null,
  code: reason,
  reason,
});

const preview = (...lines: Line[]): Preview =>
  ({
    preview: lines,
    summary: {
      currency: 'USD',
      totalAmount: lines.reduce(
        (sum, { eligible, totalAmount }) => sum + (eligible ? totalAmount : 0),
        0,
      ),
    },
  }) as Preview;

test('who came, who went and who is paid another amount is told; who is the same is not', () => {
  const before = preview(
    line('same', 100),
    line('more', 200),
    line('gone', 300),
    line('held', 400),
  );
  const after = preview(
    line('same', 100),
    line('more', 250),
    line('held', 400, 'on hold'),
    line('new', 50),
  );
  expect(differenceOf(before, after)).toEqual({
    currency: 'USD',
    beforeMinor: 1_000,
    afterMinor: 400,
    changed: [
      { affiliateId: 'more', beforeMinor: 200, afterMinor: 250, reason: null },
      { affiliateId: 'gone', beforeMinor: 300, afterMinor: null, reason: null },
      { affiliateId: 'held', beforeMinor: 400, afterMinor: null, reason: 'on hold' },
      { affiliateId: 'new', beforeMinor: null, afterMinor: 50, reason: null },
    ],
  });
});

test('the same preview twice differs in nothing', () => {
  const one = preview(line('a', 100), line('b', 5, 'no account'));
  expect(differenceOf(one, one).changed).toEqual([]);
});
