import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSchemathesis, fuzz } from '../support/schemathesis.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

const WITHIN_MS = 900_000;

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => stack.stop());

const asKey = () => ({ authorization: `Bearer ${stack.apiKey}` });

const callers = [
  {
    who: 'the highest key',
    phases: 'examples,coverage,fuzzing',
    scope: 'without codec',
    headers: asKey,
  },
  {
    who: 'the highest key at the codec',
    phases: 'examples,fuzzing',
    scope: 'codec',
    headers: asKey,
  },
  // Schemathesis ends the coverage of a body with an error of its own where each answer is a refusal.
  { who: 'nobody', phases: 'examples,fuzzing', scope: 'all', headers: () => ({}) },
] as const;

test.for(callers)(
  'schemathesis as $who: no server error and no undocumented answer on any route',
  { timeout: WITHIN_MS },
  async ({ headers, phases, scope }, { skip }) => {
    const found = findSchemathesis();
    if (found.kind === 'missing') return skip(found.reason);
    const { code, report } = await fuzz(found.program, stack.apiUrl, {
      headers: headers(),
      phases,
      scope,
    });
    const summary = report.slice(report.indexOf('= SUMMARY ='));
    console.log(summary);
    expect({ code, report: code === 0 ? '' : report.slice(0, 20_000) }).toEqual({
      code: 0,
      report: '',
    });
  },
);
