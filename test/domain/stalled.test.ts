import { expect, test } from 'vitest';
import { BATCH_STATES } from '../../domain/batch.ts';
import { readProcessName, writeProcessName } from '../../domain/process-name.ts';
import { stallOf, type Standing } from '../../domain/stalled.ts';
import { VERSION } from '../../domain/version.ts';
import manifest from '../../package.json' with { type: 'json' };

const HOUR = 3_600;
const standing = (given: Partial<Standing>): Standing => ({
  status: 'PROCESSING',
  paused: false,
  quietSeconds: 0,
  workerSilentSeconds: 3,
  ...given,
});

test.each([
  ['it moves', {}, null],
  ['a worker is there and nothing moved for nine minutes', { quietSeconds: 599 }, null],
  ['a worker is there and nothing moved for ten', { quietSeconds: 600 }, 'no_progress'],
  ['the worker was silent for 19 s', { workerSilentSeconds: 19, quietSeconds: 19 }, null],
  ['the worker was silent for 20 s', { workerSilentSeconds: 20, quietSeconds: 20 }, 'no_worker'],
  ['no worker ever was there', { workerSilentSeconds: null, quietSeconds: 15 }, 'no_worker'],
  [
    'no worker is there, and it moved just now',
    { workerSilentSeconds: 99, quietSeconds: 14 },
    null,
  ],
  ['it waits for its turn', { status: 'QUEUED', quietSeconds: 9 * HOUR }, null],
  [
    'it waits for its turn without a worker',
    { status: 'QUEUED', quietSeconds: 15, workerSilentSeconds: null },
    'no_worker',
  ],
  [
    'the provider is silent for less than an hour',
    { status: 'SETTLING', quietSeconds: 3_599 },
    null,
  ],
  [
    'the provider is silent for an hour',
    { status: 'SETTLING', quietSeconds: HOUR },
    'provider_silent',
  ],
] as const)('%s', (_name, given, reason) => {
  expect(stallOf(standing(given))).toBe(reason);
});

test('what is paused, or has nothing to do, is never stalled', () => {
  const worst = { quietSeconds: 99 * HOUR, workerSilentSeconds: null };
  for (const status of BATCH_STATES) {
    expect(stallOf(standing({ ...worst, status, paused: true }))).toBeNull();
  }
  for (const status of ['PENDING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const) {
    expect(stallOf(standing({ ...worst, status }))).toBeNull();
  }
});

test('a process says where it runs and of which version it is', () => {
  expect(readProcessName(writeProcessName('pay-1', 4_711))).toEqual({
    name: 'pay-1:4711',
    version: VERSION,
  });
  expect(readProcessName('pay-1:4711')).toEqual({ name: 'pay-1:4711', version: null });
  expect(VERSION).toBe(manifest.version);
});
