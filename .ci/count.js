// Counts the results of .ci/run and ends with exit code 1 where anything failed.
import { readFileSync } from 'node:fs';

const [checksFile, checkStatus, testsFile, testStatus] = process.argv.slice(2);

const checks = countChecks(read(checksFile));
const tests = countTests(read(testsFile));
const passed = checks.passed + tests.passed;
// A command that failed without naming anything, as when it could not start, counts as one failure.
const failed =
  Math.max(checks.failed, checkStatus === '0' ? 0 : 1) +
  Math.max(tests.failed, testStatus === '0' ? 0 : 1);

const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : '';
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped}\n`);
process.exitCode = failed === 0 ? 0 : 1;

function countChecks(results = []) {
  const passed = results.filter((result) => result.passed).length;
  return { passed, failed: results.length - passed };
}

function countTests(report) {
  if (report === undefined) return { passed: 0, failed: 0, skipped: 0 };
  // A file that fails before its tests run, as by an import, has no failed test to its name.
  const broken = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
