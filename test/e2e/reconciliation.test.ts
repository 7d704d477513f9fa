import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { dayOf } from '../../domain/day.ts';
import { loadSecrets } from '../../stack/secrets.ts';
import { expectBooksAgree } from '../support/books.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  setFaults,
  untilBatch,
  type Caller,
} from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let caller: Caller;

beforeAll(async () => {
  stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '2000' } });
  caller = callerOf(stack);
});
afterAll(() => stack.stop());

const begunSchema = z.object({ reconciliation: z.object({ id: z.string() }) });
const runSchema = z.object({
  reconciliation: z.object({
    status: z.string(),
    matched: z.number(),
    missingHere: z.number(),
    missingThere: z.number(),
    failure: z.string().nullable(),
  }),
  report: z
    .object({
      healed: z.object({ steps: z.record(z.string(), z.number()) }),
      balances: z.array(z.object({ currency: z.string(), difference: z.number().nullable() })),
    })
    .nullable(),
  cases: z.array(z.object({ kind: z.string(), subject: z.string(), status: z.string() })),
});

/** Reconciles today and waits for the end. */
async function reconcile() {
  const body = { provider: 'mock', day: dayOf(new Date()) };
  const begun = begunSchema.parse((await caller.post('/reconciliations', body)).body);
  const path = `/reconciliations/${begun.reconciliation.id}`;
  const read = async () => runSchema.parse((await caller.get(path)).body);
  await expect
    .poll(async () => (await read()).reconciliation.status, { timeout: 60_000 })
    .not.toBe('RUNNING');
  return read();
}

/** Somebody pays at the provider's dashboard, past our books. */
async function payAtTheProvider(amount: number): Promise<string> {
  const answer = await fetch(`${stack.simulatorUrl}/mock/payouts`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${loadSecrets(stack.dataDir).mockApiKey}`,
      'content-type': 'application/json',
      'idempotency-key': 'by-hand',
    },
    body: JSON.stringify({ reference: 'by hand', recipient: 'friend', amount, currency: 'USD' }),
  });
  return z.object({ id: z.string() }).parse(await answer.json()).id;
}

test('P9: every webhook is lost: one reconciliation finishes 1,000 payments, and a transfer that is not ours is a case', async () => {
  await reconcile();
  await importPayees(caller, 'unheard', 1_000);
  await setFaults(stack, [
    { when: { operation: 'webhook' }, probability: 1, effect: 'webhook_drop' },
  ]);
  const batchId = await makeBatch(caller);
  await caller.post(`/batches/${batchId}/execute`);
  await untilBatch(caller, batchId, ['SETTLING']);
  const first = await reconcile();
  expect(first.reconciliation).toMatchObject({ status: 'DONE', matched: 1_000, missingHere: 0 });
  const healed = first.report?.healed.steps['PROCESSING to COMPLETED'] ?? 0;
  expect(healed).toBe(1_000);
  expect(first.cases).toEqual([]);
  const ended = await untilBatch(caller, batchId);
  expect(ended).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 1_000 } });
  await expectBooksAgree(stack);

  const foreign = await payAtTheProvider(777);
  const second = await reconcile();
  expect(second.reconciliation).toMatchObject({ matched: 1_000, missingHere: 1, missingThere: 0 });
  expect(second.report?.balances).toMatchObject([{ currency: 'USD', difference: -777 }]);
  expect(second.cases.map(({ kind, subject }) => `${kind} ${subject}`).toSorted()).toEqual([
    `balance_differs mock/USD/${dayOf(new Date())}`,
    `missing_here mock:${foreign}`,
  ]);
}, 180_000);

test('a provider that refuses the key ends the run FAILED, with the reason on it', async () => {
  await setFaults(stack, [
    {
      when: { operation: 'lookup' },
      probability: 1,
      effect: 'status_before',
      status: 403,
      code: 'forbidden',
    },
  ]);
  const run = await reconcile();
  expect(run.reconciliation).toMatchObject({ status: 'FAILED', matched: 0 });
  expect(run.reconciliation.failure).toMatch(/does not allow/);
  await setFaults(stack, []);
});
