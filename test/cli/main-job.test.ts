import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDir } from '../support/temp-dir.ts';
import { jsonOf, runCli, type Ended, expectExit } from './bursar.ts';

interface Report {
  run: number;
  agree: boolean;
  workerKilled: boolean;
  batch: { status: string; paymentCount: number; counts: Record<string, number> };
  books: { ledger: number; payments: number; simulator: number };
  skipped: { code: string }[];
  historyEvents: number;
}

/** Several times what it takes on a machine with nothing else to do. */
const TIMEOUT_MS = 400_000;

const start = (...args: readonly string[]): Promise<Ended> =>
  runCli('start.ts', ['--once', ...args]);

it(
  'pays the examples from nothing, and again on the same data',
  async () => {
    const data = temporaryDir();
    const first = await start('--data', data);
    expectExit(first, 0);
    for (const line of [
      /stack up: .*postgres/,
      /imported \d+ affiliates/,
      /left out {2}/,
      /3 chunks/,
      /\d+\/250 paid/,
      /batch COMPLETED: 250 of 250 payments paid/,
      /The books agree to the minor unit/,
    ]) {
      expect(first.stdout).toMatch(line);
    }

    const second = await start('--data', data, '--json');
    expectExit(second, 0);
    const report = jsonOf(second) as Report;
    expect(report).toMatchObject({ run: 2, agree: true, batch: { status: 'COMPLETED' } });
    expect(report.batch.counts['COMPLETED']).toBe(250);
    expect(new Set(report.skipped.map(({ code }) => code))).toEqual(
      new Set(['below_minimum', 'no_account', 'kyc_pending', 'kyc_rejected', 'negative_balance']),
    );
    expect(report.historyEvents).toBeGreaterThan(10);
  },
  TIMEOUT_MS,
);

it(
  'pays each once though the worker is killed, answers are lost and webhooks doubled',
  async () => {
    const ended = await start('--data', temporaryDir(), '--break', '--payments', '1000', '--json');
    expectExit(ended, 0);
    const report = jsonOf(ended) as Report;
    expect(report.workerKilled).toBe(true);
    expect(report.batch).toMatchObject({ status: 'COMPLETED', paymentCount: 1_000 });
    expect(report.batch.counts['COMPLETED']).toBe(1_000);
    expect(new Set(Object.values(report.books)).size).toBe(1);
    expect(report.agree).toBe(true);
  },
  TIMEOUT_MS,
);

it('ends in one line that says what to do', async () => {
  const file = path.join(temporaryDir(), 'a-file');
  writeFileSync(file, '');
  const ended = await start('--data', path.join(file, 'data'));
  expectExit(ended, 1);
  expect(ended.stderr).toMatch(/^error: .*a-file/);
  expect(ended.stderr).toContain('next: ');
  expect(ended.stderr).not.toMatch(/^\s+at /m);
  expect((await start('--payments', 'many')).code).toBe(2);
});
