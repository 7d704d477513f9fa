import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { POSITION_LENGTH_MAX, readPosition, writePosition } from '../../../domain/live/position.ts';

const position = (openMax: number) =>
  fc
    .tuple(
      fc.bigInt(1n, 10n ** 17n),
      fc.uniqueArray(fc.bigInt(1n, 5_000n), { maxLength: openMax, size: 'max' }),
    )
    .map(([first, distances]) => {
      const next = first + 5_000n;
      return { next, open: distances.map((distance) => next - distance) };
    });

test('a position is read as it was written', () => {
  fc.assert(
    fc.property(position(50), (given) => {
      const text = writePosition(given);
      expect(text.length).toBeLessThanOrEqual(POSITION_LENGTH_MAX);
      expect(readPosition(text)).toEqual({
        next: given.next,
        open: given.open.toSorted((a, b) => Number(a - b)),
      });
    }),
  );
});

test('one with very many open transactions goes back to the first of them, and so skips none', () => {
  fc.assert(
    fc.property(position(400), (given) => {
      const read = readPosition(writePosition(given));
      const seen = (xact: bigint) => read !== null && xact < read.next && !read.open.includes(xact);
      for (const xact of given.open) expect(seen(xact)).toBe(false);
      expect(seen(given.next)).toBe(false);
    }),
  );
});

test.each(['', 'abc', '-1', '5.', '5.6', '5.0', '1'.repeat(19), '9.1'.repeat(40), '10.1\n'])(
  '%j is no position',
  (text) => {
    expect(readPosition(text)).toBe(null);
  },
);
