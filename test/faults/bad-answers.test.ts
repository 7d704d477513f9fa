import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readBatch, untilBatch, type BatchAnswer } from '../support/payout.ts';
import { NONSENSE, startBrokenXendit, type BrokenXendit } from './broken-xendit.ts';
import { PEERS } from './peers.ts';
import { batchOf, END_WITHIN_MS, onStage, payeesOf, type Stage } from './stage.ts';

const KINDS = Object.keys(NONSENSE).length;

const auditRow = z.object({ payment_id: z.string(), provider_code: z.string().nullable() });

/** What became of payments about which the provider says nothing that can be understood. */
interface Found {
  broken: BatchAnswer;
  doubts: z.infer<typeof auditRow>[];
  sameProcesses: boolean;
  ended: BatchAnswer;
  references: number;
}

let xendit: BrokenXendit;
let found: Found;
beforeAll(async () => {
  xendit = await startBrokenXendit();
  found = await onStage(PEERS.xendit, play, { BURSAR_XENDIT_URL: xendit.url });
}, 600_000);
afterAll(() => xendit.close());

test('answers that are no JSON, huge, cut off, endless or of another shape leave payments UNKNOWN', () => {
  expect(found.broken.counts).toMatchObject({ UNKNOWN: KINDS, COMPLETED: 0, FAILED: 0 });
  expect(found.broken.counts).toMatchObject({ CANCELLED: 0, PENDING: 0, PROCESSING: 0 });
});

test('each doubt stands in the audit log, with what was wrong', () => {
  expect(new Set(found.doubts.map(({ payment_id }) => payment_id)).size).toBe(KINDS);
  const codes = new Set(found.doubts.map(({ provider_code }) => provider_code));
  expect(codes).toContain('unreadable_answer');
  expect(codes).toContain('answer_too_large');
  expect(codes).toContain('answer_too_slow');
  expect(codes).not.toContain(null);
});

test('no process ends by them', () => {
  expect(found.sameProcesses).toBe(true);
});

test('once the provider can be understood again, everybody is found to be paid, each once', () => {
  expect(found.ended).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: KINDS } });
  expect(found.references).toBe(KINDS);
});

async function play(stage: Stage): Promise<Found> {
  const { caller, db, stack } = stage;
  const before = stack.processIds();
  await payeesOf(stage, 'nonsense', 6, KINDS);
  const batchId = await batchOf(stage);
  await caller.post(`/batches/${batchId}/execute`);
  // Four sends of each, or one send and three look-ups in vain; then nothing more is sent.
  await untilBatch(caller, batchId, ['SETTLING'], 120_000);
  const broken = await stillUnknown(stage, batchId);
  const doubts = await db.run(
    auditRow,
    `select payment_id, details ->> 'providerCode' as provider_code from audit_logs
     where action = 'payment.unknown' and batch_id = $1`,
    [batchId],
  );
  const sameProcesses = JSON.stringify(stack.processIds()) === JSON.stringify(before);
  xendit.mend();
  const ended = await untilBatch(caller, batchId, undefined, END_WITHIN_MS);
  return { broken, doubts, sameProcesses, ended, references: xendit.made.size };
}

/** A while later, so that the resolver has looked too. */
async function stillUnknown({ caller }: Stage, batchId: string): Promise<BatchAnswer> {
  await sleep(4_000);
  return readBatch(caller, batchId);
}
