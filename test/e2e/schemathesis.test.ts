import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSchemathesis, fuzz } from '../support/schemathesis.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

const WITHIN_MS = 900_000;

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => stack.stop());

const callers = [
  {
    who: 'the highest key',
    phases: 'examples,coverage,fuzzing',
    headers: () => ({ authorization: `Bearer ${stack.apiKey}` }),
  },
  // Schemathesis ends the coverage of a body with an error of its own where each answer is a refusal.
  { who: 'nobody', phases: 'examples,fuzzing', headers: () => ({}) },
];

test.for(callers)(
  'schemathesis as $who: no server error and no undocumented answer on any route',
  { timeout: WITHIN_MS },
  async ({ headers, phases }, { skip }) => {
    const found = findSchemathesis();
    if (found.kind === 'missing') return skip(found.reason);
    const { code, report } = await fuzz(found.program, stack.apiUrl, {
      headers: headers(),
      phases,
    });
    const summary = report.slice(report.indexOf('= SUMMARY ='));
    console.log(summary);
    expect({ code, report: code === 0 ? '' : report.slice(0, 20_000) }).toEqual({
      code: 0,
      report: '',
    });
  },
);
