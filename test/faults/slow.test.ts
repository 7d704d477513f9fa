import { beforeAll, expect, test } from 'vitest';
import {
  makeBatch,
  readBatch,
  setFaults,
  untilBatch,
  type BatchAnswer,
} from '../support/payout.ts';
import { activitiesOf } from './history.ts';
import { judge, type Judgement } from './judge.ts';
import { PEERS } from './peers.ts';
import { batchOf, END_WITHIN_MS, onStage, payeesOf, type Stage } from './stage.ts';

/** Two batches of a quick provider beside one of a provider that needs 5 s for every answer. */
interface Found {
  /** The slow batch at the moment in which each of the quick ones had ended. */
  slowAtFirst: BatchAnswer;
  slowAtSecond: BatchAnswer;
  first: BatchAnswer;
  second: BatchAnswer;
  slow: BatchAnswer;
  judgements: Judgement[];
  /** The queues of what was sent, of the slow batch and of a quick one. */
  queues: { slow: string[]; quick: string[] };
}

let found: Found;
beforeAll(async () => {
  found = await onStage(PEERS.xendit, play);
}, 600_000);

test('P17: while a slow provider is handed its payments, another batch is confirmed and ends', () => {
  expect(found.first).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 200 } });
  expect(found.slowAtFirst.status).toBe('PROCESSING');
});

test('P17: while a slow provider confirms its payments, another batch is paid from end to end', () => {
  expect(found.second).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 200 } });
  expect(found.slowAtSecond.status).toBe('SETTLING');
});

test('P17: each provider has places of its own for the calls to it', () => {
  expect(found.queues).toEqual({ slow: ['bursar/xendit'], quick: ['bursar/mock'] });
});

test('P17: the slow provider pays everybody too, each once', () => {
  expect(found.slow).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 100 } });
  for (const { wrongs, breaches } of found.judgements) {
    expect(wrongs).toEqual([]);
    expect(breaches).toEqual([]);
  }
});

async function play(slow: Stage): Promise<Found> {
  const quick = { ...slow, peer: PEERS.mock };
  const { caller, stack, db } = slow;
  await setFaults(stack, [
    { when: { provider: 'xendit' }, effect: 'delay', ms: 5_000 },
    { when: { provider: 'mock', recipient: 'm07-*' }, effect: 'settle_after', ms: 6_000 },
  ]);
  await payeesOf(slow, 'slow', 6, 100);
  const slowId = await batchOf(slow);
  const quickBatch = async (name: string, fault: number): Promise<string> => {
    await payeesOf(quick, name, fault, 200);
    const batchId = await makeBatch(caller);
    await caller.post(`/batches/${batchId}/execute`);
    return batchId;
  };
  const firstId = await quickBatch('first', 7);
  await untilBatch(caller, firstId, ['SETTLING']);
  await caller.post(`/batches/${slowId}/execute`);
  await untilBatch(caller, slowId, ['PROCESSING']);
  const first = await untilBatch(caller, firstId, undefined, END_WITHIN_MS);
  const slowAtFirst = await readBatch(caller, slowId);
  await untilBatch(caller, slowId, ['SETTLING'], END_WITHIN_MS);
  const secondId = await quickBatch('second', 8);
  const second = await untilBatch(caller, secondId, undefined, END_WITHIN_MS);
  const slowAtSecond = await readBatch(caller, slowId);
  const ended = await untilBatch(caller, slowId, undefined, END_WITHIN_MS);
  const judgements = [await judge(stack, db, 'xendit'), await judge(stack, db, 'mock')];
  const queues = {
    slow: await sendingQueues(slow, slowId),
    quick: await sendingQueues(slow, secondId),
  };
  return { slowAtFirst, slowAtSecond, first, second, slow: ended, judgements, queues };
}

async function sendingQueues({ stack }: Stage, batchId: string): Promise<string[]> {
  const sending = (await activitiesOf(stack, batchId)).filter(({ name }) => name === 'submitSlice');
  return [...new Set(sending.map(({ queue }) => queue))];
}
