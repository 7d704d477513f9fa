import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { longLivedDir } from '../support/temp-dir.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, expectExit, jsonOf, type bursar } from './bursar.ts';
import { csvFiles } from './people.ts';

let stack: TestStack;
let run: typeof bursar;
const dir = longLivedDir();

beforeAll(async () => {
  stack = await startTestStack();
  run = bursarOn(stack);
  for (const [kind, file] of Object.entries(csvFiles(dir, 'reports', 3))) {
    expectExit(await run('import', kind, file), 0);
  }
  const created = await run('batch', 'create', '--json', '--note', 'reports');
  const { batch } = jsonOf(created) as { batch: { id: string } };
  expectExit(await run('batch', 'execute', batch.id, '--wait', '--yes'), 0);
});

afterAll(() => stack?.stop());

it('shows this month where no period is given, for people and for programs', async () => {
  const shown = await run('report', 'time-series');
  expectExit(shown, 0);
  expect(shown.stdout).toContain('COMPLETED');
  const json = jsonOf(await run('report', 'time-series', '--grain', 'month', '--json')) as {
    rows: { completed: number; currency: string }[];
  };
  expect(json.rows.map(({ completed, currency }) => [completed, currency])).toEqual([[3, 'USD']]);
});

it('shows only what is filtered by', async () => {
  const of = async (...filters: string[]) => {
    const ended = await run('report', 'time-series', '--grain', 'month', '--json', ...filters);
    return (jsonOf(ended) as { rows: { payments: number }[] }).rows.map(({ payments }) => payments);
  };
  expect(await of('--status', 'COMPLETED', 'FAILED', '--currency', 'USD')).toEqual([3]);
  expect(await of('--status', 'FAILED', 'RETURNED')).toEqual([]);
  expect(await of('--currency', 'USD', '--max-amount', '0')).toEqual([]);
});

it.each([
  'summary',
  'affiliates',
  'methods',
  'failures',
  'aging',
  'reconciliation',
  'fees-and-tax',
  'payout-report',
])('shows the report %s', async (name) => {
  const ended = await run('report', name);
  expectExit(ended, 0);
  expect(ended.stdout).toContain(name);
});

it('writes a CSV once, and never over a file that is there', async () => {
  const file = path.join(dir, 'affiliates.csv');
  expectExit(await run('report', 'affiliates', '--csv', file), 0);
  expect(readFileSync(file, 'utf8').split('\n')[0]).toContain('affiliateId,externalId');
  const again = await run('report', 'affiliates', '--csv', file);
  expectExit(again, 1);
  expect(again.stderr).toContain('was not written');
});

it('says what is wrong with a period', async () => {
  const ended = await run('report', 'summary', '--from', '2026-02-01', '--to', '2026-01-01');
  expectExit(ended, 2);
  expect(ended.stderr).toContain('must be after');
  expectExit(await run('report', 'balance'), 2);
});
