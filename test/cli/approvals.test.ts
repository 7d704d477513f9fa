import { afterAll, beforeAll, expect, it } from 'vitest';
import { longLivedDir } from '../support/temp-dir.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { bursarOn, jsonOf, type bursar, expectExit } from './bursar.ts';
import { csvFiles } from './people.ts';

let stack: TestStack;
let run: typeof bursar;
const dir = longLivedDir();

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_APPROVALS_REQUIRED: '1' } });
  run = bursarOn(stack);
});

afterAll(() => stack?.stop());

it('ends with 3 while an approval is missing, and pays when somebody else has given it', async () => {
  const { affiliates, commissions } = csvFiles(dir, 'eyes', 1);
  await run('import', 'affiliates', affiliates);
  await run('import', 'commissions', commissions);
  const created = await run('batch', 'create', '--json');
  const { id } = (jsonOf(created) as { batch: { id: string } }).batch;

  const early = await run('batch', 'execute', id, '--yes', '--wait');
  expectExit(early, 3);
  expect(early.stderr).toContain(`bursar batch approve ${id}`);
  const own = await run('batch', 'approve', id, '--yes');
  expectExit(own, 3);

  const made = await run('key', 'create', 'approver', '--role', 'manager', '--json');
  const { key } = (jsonOf(made) as { apiKey: { key: string } }).apiKey;
  const approved = await run('batch', 'approve', id, '--yes', '--key', key);
  expectExit(approved, 0);
  const ended = await run('batch', 'execute', id, '--yes', '--wait');
  expectExit(ended, 0);
});
