import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDir } from '../support/program.ts';
import { temporaryDir } from '../support/temp-dir.ts';

const CHECKS = [
  { name: 'format', passed: true, seconds: 1 },
  { name: 'lint', passed: true, seconds: 1 },
];

const TESTS = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
};

function count(checks: unknown, checkStatus: number, tests: unknown, testStatus: number) {
  const dir = temporaryDir();
  const put = (name: string, value: unknown) => {
    const file = path.join(dir, name);
    if (value !== undefined) writeFileSync(file, JSON.stringify(value));
    return file;
  };
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      path.join(projectDir, '.ci/count.js'),
      put('checks.json', checks),
      String(checkStatus),
      put('tests.json', tests),
      String(testStatus),
    ],
    { encoding: 'utf8' },
  );
  return { status, line: stdout.trimEnd().split('\n').at(-1) };
}

describe('the last line of .ci/run', () => {
  it('counts checks and tests', () => {
    expect(count(CHECKS, 0, TESTS, 0)).toEqual({ status: 0, line: '7 passed, 0 failed' });
  });

  it('tells skipped tests', () => {
    const tests = { ...TESTS, numPendingTests: 2 };
    expect(count(CHECKS, 0, tests, 0).line).toBe('7 passed, 0 failed, 2 skipped');
  });

  it('fails on a failed check', () => {
    const checks = [...CHECKS, { name: 'types', passed: false, seconds: 1 }];
    expect(count(checks, 1, TESTS, 0)).toEqual({ status: 1, line: '7 passed, 1 failed' });
  });

  it('fails on a file that broke before its tests ran', () => {
    const broken = { status: 'failed', assertionResults: [] };
    const tests = { ...TESTS, testResults: [...TESTS.testResults, broken] };
    expect(count(CHECKS, 0, tests, 1)).toEqual({ status: 1, line: '7 passed, 1 failed' });
  });

  it('fails where the tests did not run, or ended badly after passing', () => {
    expect(count(CHECKS, 0, undefined, 1)).toEqual({ status: 1, line: '2 passed, 1 failed' });
    expect(count(CHECKS, 0, TESTS, 1)).toEqual({ status: 1, line: '7 passed, 1 failed' });
  });

  it('fails where the checks did not run', () => {
    expect(count(undefined, 1, TESTS, 0)).toEqual({ status: 1, line: '5 passed, 1 failed' });
  });
});
