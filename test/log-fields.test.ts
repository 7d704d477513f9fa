import { expect, test } from 'vitest';
import { z } from 'zod';
import { openLogger } from '../db/log.ts';

const line = z.object({
  time: z.number(),
  level: z.number(),
  msg: z.string(),
  service: z.string(),
  requestId: z.string(),
  err: z.object({ type: z.string(), message: z.string(), stack: z.string() }).optional(),
});

function logged(fields: object): z.infer<typeof line> {
  const lines: string[] = [];
  const log = openLogger(
    { level: 'info', base: { service: 'api' } },
    { write: (text) => void lines.push(text) },
  );
  log.child({ requestId: 'req-1' }).error(fields, 'request failed');
  return line.parse(JSON.parse(lines[0] ?? ''));
}

test('a line says its time in UTC, the part that wrote it and the request that it is about', () => {
  const before = Date.now();
  const { time, service, requestId } = logged({});
  // Milliseconds since 1970 in UTC, whatever the zone of the machine.
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
  expect([service, requestId]).toEqual(['api', 'req-1']);
});

test('a fault says what went wrong and where', () => {
  const { err } = logged({ err: new TypeError('no such column') });
  expect(err).toMatchObject({ type: 'TypeError', message: 'no such column' });
  expect(err?.stack).toContain('log-fields.test.ts');
});
