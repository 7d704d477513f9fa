import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { noRow } from '../../db/rows.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  transfersOf,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { signedIn } from '../support/people.ts';
import { withDatabase } from '../support/policy.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;

beforeAll(async () => {
  stack = await startTestStack({ careful: true, env: { BURSAR_SWEEP_INTERVAL_MS: '600000' } });
  caller = callerOf(stack);
});
afterAll(() => stack.stop());

const sql = (text: string, values: readonly unknown[] = []) =>
  withDatabase(stack.databaseUrl, (db) => db.run(noRow, text, values));

const actionsOf = (batchId: string): Promise<string[]> =>
  withDatabase(stack.databaseUrl, async (db) => {
    const rows = await db.run(
      z.object({ action: z.string() }),
      'select action from audit_logs where batch_id = $1 and payment_id is null order by id',
      [batchId],
    );
    return rows.map(({ action }) => action);
  });

const setUndo = (seconds: number) =>
  sql('update security_policy set undo_window_seconds = $1', [seconds]);

const ruleOf = (given: Record<string, unknown>) =>
  caller.post('/approval-rules', {
    name: 'Slow',
    steps: [{ role: 'manager', count: 1 }],
    conditions: { providers: ['mock'] },
    ...given,
  });

const contentOf = async (batchId: string): Promise<string> =>
  z
    .object({ batch: z.object({ contentHash: z.string() }) })
    .parse((await caller.get(`/batches/${batchId}`)).body).batch.contentHash;

async function approve(batchId: string, role: 'manager' | 'admin'): Promise<number> {
  const { headers } = await signedIn(stack, role);
  const answer = await fetch(`${stack.apiUrl}/api/disbursement/batches/${batchId}/approve`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ contentHash: await contentOf(batchId) }),
  });
  return answer.status;
}

test('a batch cancelled in its time to be undone sends nothing, also with the worker killed in it', async () => {
  await setUndo(6);
  const [calm, killed] = ['undo-calm', 'undo-killed'];
  for (const prefix of [calm, killed]) {
    const before = (await transfersOf(stack)).length;
    await importPayees(caller, prefix, 3);
    const batchId = await makeBatch(caller);
    expect((await caller.post(`/batches/${batchId}/execute`)).status).toBe(202);
    if (prefix === killed) await stack.killWorker('SIGKILL');
    await sleep(1_000);
    const cancelled = await caller.post(`/batches/${batchId}/cancel`, { reason: 'a slip' });
    expect(cancelled.status).toBe(202);
    if (prefix === killed) await sleep(6_000);
    if (prefix === killed) await stack.startWorker();
    await untilBatch(caller, batchId, ['CANCELLED']);
    await sleep(prefix === killed ? 3_000 : 7_000);
    expect((await transfersOf(stack)).length).toBe(before);
  }
});

test('a batch nobody cancels is sent when its time to be undone is over, though the worker died in it', async () => {
  await setUndo(4);
  await importPayees(caller, 'undo-sent', 2);
  const batchId = await makeBatch(caller);
  const startedAt = Date.now();
  await caller.post(`/batches/${batchId}/execute`);
  await stack.killWorker('SIGKILL');
  await stack.startWorker();
  await untilBatch(caller, batchId, ['COMPLETED']);
  expect(Date.now() - startedAt).toBeGreaterThan(4_000);
  const actions = await actionsOf(batchId);
  expect(actions.filter((action) => action === 'batch.queued')).toHaveLength(1);
  await setUndo(0);
});

test('what needs an administrator runs by itself once one has approved it', async () => {
  await importPayees(caller, 'high', 1, '1000.00');
  const batchId = await makeBatch(caller, { autoExecute: true });
  await sleep(1_500);
  await untilBatch(caller, batchId, ['PENDING']);
  expect(await approve(batchId, 'admin')).toBe(200);
  await untilBatch(caller, batchId, ['COMPLETED']);
});

test('approvals that do not come are escalated, then expire; what the batch claimed is payable again', async () => {
  const rule = await ruleOf({ expiresAfterMinutes: 60, escalateAfterMinutes: 30 });
  expect(rule.status).toBe(201);
  const [name] = await importPayees(caller, 'late', 1);
  // The times are read when the worker comes back, and waited for by durable timers.
  await stack.killWorker('SIGKILL');
  const batchId = await makeBatch(caller);
  await sql(
    `with told as (
       insert into audit_logs (action, status, batch_id, actor)
       values ('batch.requirements_changed', 'INFO', $1, 'system')
     )
     update approval_requirements set escalates_at = now() + interval '30 s', expires_at = now() + interval '36 s'
     where batch_id = $1`,
    [batchId],
  );
  await stack.startWorker();
  await untilBatch(caller, batchId, ['CANCELLED']);
  const actions = await actionsOf(batchId);
  const kept = ['batch.approval_escalated', 'batch.approval_expired', 'batch.queued'];
  expect(actions.filter((action) => kept.includes(action))).toEqual(kept.slice(0, 2));
  const cases = await caller.get('/cases?kind=approval_waiting');
  expect(cases.body).toMatchObject({ cases: [{ batchId, status: 'RESOLVED' }] });
  const payable = await caller.get(`/affiliates/payable?q=${name ?? ''}`);
  expect(payable.body).toMatchObject({ affiliates: [{ pendingAmount: 1_000 }] });
});
