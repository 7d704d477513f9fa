import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { makeSealingCodec } from '../../temporal/codec.ts';
import { clientConverter } from '../../temporal/data-converter.ts';
import { expectBooksAgree } from '../support/books.ts';
import { callerOf, importPayees, makeBatch, setFaults, untilBatch } from '../support/payout.ts';
import type { Caller } from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

/** Words that nothing else in the run's files has. */
const PAYEE = `canary-payee-${randomBytes(6).toString('hex')}`;
const REASON = `canary-reason-${randomBytes(6).toString('hex')}`;
const key = { id: 'c1', key: randomBytes(32) };

let stack: TestStack;
let caller: Caller;
let connection: Connection;

beforeAll(async () => {
  stack = await startTestStack({
    env: { BURSAR_CODEC_KEYS: `${key.id}:${key.key.toString('base64')}` },
  });
  caller = callerOf(stack);
  connection = await Connection.connect({ address: stack.temporalAddress });
});
afterAll(async () => {
  await connection.close();
  await stack.stop();
});

const clientWith = (codec: Parameters<typeof clientConverter>[0]) =>
  new Client({ connection, namespace: stack.namespace, ...clientConverter(codec) });

/** What Temporal itself says of an activity that was cancelled before a worker had it. */
const isServersOwn = (payload: object): boolean => {
  const data: unknown = Reflect.get(payload, 'data');
  return data instanceof Uint8Array && Buffer.from(data).toString() === '"ACTIVITY_ID_NOT_STARTED"';
};

/** Every file that the run's Temporal keeps. */
function temporalFiles(): Buffer[] {
  const { runDir } = inject('servers');
  const names = readdirSync(runDir).filter((name) => name.startsWith('temporal.db'));
  expect(names.length).toBeGreaterThan(0);
  return names.map((name) => readFileSync(path.join(runDir, name)));
}

const isIn = (files: readonly Buffer[], word: string): boolean =>
  files.some((file) => file.includes(word) || file.includes(Buffer.from(word, 'utf16le')));

test('a batch is paid, and nothing that was said of it can be read in what Temporal stores', async () => {
  await importPayees(caller, PAYEE, 25);
  const batchId = await makeBatch(caller);
  await setFaults(stack, [
    { when: { provider: 'mock', operation: 'submit' }, probability: 1, effect: 'delay', ms: 300 },
  ]);
  await caller.post(`/batches/${batchId}/execute`);
  expect((await caller.post(`/batches/${batchId}/pause`, { reason: REASON })).status).toBe(202);
  await setFaults(stack, []);
  await expect
    .poll(async () => (await caller.post(`/batches/${batchId}/resume`, { reason: REASON })).status)
    .toBe(202);
  expect((await untilBatch(caller, batchId)).counts).toMatchObject({ COMPLETED: 25 });
  await importPayees(caller, `${PAYEE}-b`, 5);
  const cancelled = await makeBatch(caller);
  await caller.post(`/batches/${cancelled}/execute`);
  await caller.post(`/batches/${cancelled}/cancel`, { reason: REASON });
  await untilBatch(caller, cancelled);
  await expectBooksAgree(stack);
  const files = temporalFiles();
  expect(isIn(files, PAYEE)).toBe(false);
  expect(isIn(files, REASON)).toBe(false);
  // What may stand there in the open does, so the files are the right ones.
  expect(isIn(files, `batch/${batchId}`)).toBe(true);
});

test('every payload of the histories is encrypted, and those who have the key read them', async () => {
  const [batch] = z
    .object({ batches: z.array(z.object({ id: z.string(), batchNumber: z.number() })) })
    .parse((await caller.get('/batches')).body).batches;
  const workflowId = `batch/${batch?.id}`;
  const history = await clientWith(null).workflow.getHandle(workflowId).fetchHistory();
  const encodings: string[] = [];
  const plain: string[] = [];
  const collect = (place: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    const encoding: unknown = Reflect.get(Object(Reflect.get(value, 'metadata')), 'encoding');
    if (encoding instanceof Uint8Array) {
      const name = Buffer.from(encoding).toString();
      encodings.push(name);
      if (name !== 'binary/encrypted' && !isServersOwn(value)) plain.push(`${place}: ${name}`);
    }
    for (const [name, each] of Object.entries(value)) {
      // What is searched by must be readable; it holds names of states, providers and callers alone.
      if (name !== 'searchAttributes') collect(`${place}.${name}`, each);
    }
  };
  collect('events', history.events);
  expect(encodings.length).toBeGreaterThan(10);
  expect(plain).toEqual([]);
  const readable = clientWith(makeSealingCodec({ keys: [key] })).workflow.getHandle(workflowId);
  expect((await readable.describe()).memo).toMatchObject({ batchNumber: batch?.batchNumber });
  const foreign = makeSealingCodec({ keys: [{ id: 'c1', key: randomBytes(32) }] });
  await expect(clientWith(foreign).workflow.getHandle(workflowId).describe()).rejects.toThrow(
    /payload/,
  );
});

test('a workflow from before the keys were set goes on, and its signals are heeded', async () => {
  await importPayees(caller, `old-${randomUUID().slice(0, 8)}`, 3);
  const batchId = await makeBatch(caller);
  const plain = clientWith(null);
  await plain.workflow.start('payoutBatch', {
    workflowId: `batch/${batchId}`,
    taskQueue: 'bursar',
    args: [{ batchId }],
  });
  await plain.workflow.getHandle(`batch/${batchId}`).signal('cleared');
  await caller.post(`/batches/${batchId}/execute`);
  // What the batch before gave back is paid with it.
  const batch = await untilBatch(caller, batchId);
  expect([batch.status, batch.counts['COMPLETED']]).toEqual(['COMPLETED', batch.paymentCount]);
});
