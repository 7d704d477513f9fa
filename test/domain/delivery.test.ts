import { expect, test } from 'vitest';
import { answerMeans, DELIVERY_WAITS_MS, deliveryWaitMs } from '../../domain/delivery.ts';

const HOUR_MS = 3_600_000;

test('an event is tried 13 times over more than a day, each wait as long as the one before or longer', () => {
  const seconds = DELIVERY_WAITS_MS.map((wait) => wait / 1_000);
  expect(seconds).toEqual([
    5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 28_800, 43_200, 43_200,
  ]);
  expect(DELIVERY_WAITS_MS.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(24 * HOUR_MS);
  expect(DELIVERY_WAITS_MS.map((_, index) => deliveryWaitMs(index + 1, 0))).toEqual(
    DELIVERY_WAITS_MS,
  );
  expect(deliveryWaitMs(13, 0)).toBe(null);
  expect(deliveryWaitMs(14, 0)).toBe(null);
});

test('chance makes a wait up to a tenth longer, never shorter', () => {
  expect([0, 0.5, 1].map((chance) => deliveryWaitMs(1, chance))).toEqual([5_000, 5_250, 5_500]);
});

test('a longer wait that the receiver asks for is kept, up to an hour', () => {
  expect(deliveryWaitMs(1, 0, 60_000)).toBe(60_000);
  expect(deliveryWaitMs(1, 0, 1_000)).toBe(5_000);
  expect(deliveryWaitMs(1, 0, 9 * HOUR_MS)).toBe(HOUR_MS);
  expect(deliveryWaitMs(11, 0, 9 * HOUR_MS)).toBe(12 * HOUR_MS);
  expect(deliveryWaitMs(13, 0, 60_000)).toBe(null);
});

test('any 2xx is taken, 410 wants no more, everything else has failed, a redirect too', () => {
  expect([200, 201, 204, 299].map(answerMeans)).toEqual(Array(4).fill('delivered'));
  expect(answerMeans(410)).toBe('gone');
  expect([199, 301, 302, 307, 400, 404, 429, 500, 503].map(answerMeans)).toEqual(
    Array(9).fill('failed'),
  );
});
