import { expect, test } from 'vitest';
import { sendNotBefore } from '../../../domain/calendar/provider-cutoff.ts';

const cutoff = { zone: 'Europe/Berlin', timeOfDay: '09:00', cutoffTime: '16:00' };

test.each<[string, string, string | null]>([
  ['at the cut-off it is sent at once', '2026-03-05T15:00:59Z', null],
  ['a minute later on the next day', '2026-03-05T15:01:00Z', '2026-03-06T08:00:00.000Z'],
  ['on a Friday on Monday', '2026-03-06T20:00:00Z', '2026-03-09T08:00:00.000Z'],
  ['before a holiday on the day after', '2026-03-09T20:00:00Z', '2026-03-11T08:00:00.000Z'],
  ['over the change of the clocks', '2026-03-27T20:00:00Z', '2026-03-30T07:00:00.000Z'],
  ['after local midnight that day is a new one', '2026-03-05T23:30:00Z', null],
])('%s', (_name, at, expected) => {
  const sendAt = sendNotBefore(cutoff, new Set(['2026-03-10']), Date.parse(at));
  expect(sendAt === null ? null : new Date(sendAt).toISOString()).toBe(expected);
});

test('a provider without a cut-off takes everything at any time', () => {
  const never = { ...cutoff, cutoffTime: null };
  expect(sendNotBefore(never, new Set(), Date.parse('2026-03-05T23:00:00Z'))).toBeNull();
});
