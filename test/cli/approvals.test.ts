import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedIn } from '../support/people.ts';
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
  expect(early.stderr).toContain(`bursar batch approvals ${id}`);
  const key = await run('batch', 'approve', id, '--yes');
  expectExit(key, 3);

  const shown = await run('batch', 'approvals', id);
  expect(shown.stdout).toMatch(/Missing: 1 × manager or above/);
  const { headers } = await signedIn(stack, 'manager');
  const { contentHash } = (jsonOf(created) as { batch: { contentHash: string } }).batch;
  const approved = await fetch(`${stack.apiUrl}/api/disbursement/batches/${id}/approve`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ contentHash }),
  });
  expect(approved.status).toBe(200);
  const ended = await run('batch', 'execute', id, '--yes', '--wait');
  expectExit(ended, 0);
});

it('has rules, the policy and rates read and changed', async () => {
  const where = '{"totalAtLeastMinor": 500000}';
  const added = await run('approval-rule', 'add', 'Large', '--step', 'manager:2', '--where', where);
  expectExit(added, 0);
  const listed = await run('approval-rule', 'list', '--json');
  const [rule] = (jsonOf(listed) as { approvalRules: { id: string }[] }).approvalRules;
  expect(rule).toMatchObject({ name: 'Large', steps: [{ role: 'manager', count: 2 }] });
  expectExit(await run('approval-rule', 'change', rule?.id ?? '', '--disable'), 0);
  expectExit(await run('approval-rule', 'remove', rule?.id ?? ''), 0);
  expectExit(await run('policy', 'set', '--high-value', '5000.00', '--undo-window', '0'), 0);
  const policy = await run('policy', 'show');
  expect(policy.stdout).toContain('from USD 5,000.00');
  const rate = await run('rate', 'set', 'EUR', '1.25', '--day', '2026-01-31');
  expect(rate.stdout).toMatch(/EUR\s+2026-01-31\s+1\.25/);
});

it('changes a batch, and ends with 3 where what it is to follow waits for approvals', async () => {
  const { affiliates, commissions } = csvFiles(dir, 'wait', 2);
  await run('import', 'affiliates', affiliates);
  await run('import', 'commissions', commissions);
  const { batch } = jsonOf(await run('batch', 'create', '--json')) as { batch: { id: string } };
  const edited = await run('batch', 'edit', batch.id, '--note', 'put right', '--json');
  expect(jsonOf(edited)).toMatchObject({ batch: { note: 'put right' } });
  expectExit(await run('batch', 'reject', batch.id, '--comment', 'no', '--yes'), 3);
  expectExit(await run('batch', 'cancel', batch.id), 0);
});
