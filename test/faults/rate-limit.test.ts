import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase } from '../../db/client.ts';
import { DEFAULT_CREDENTIALS } from '../../simulator/credentials.ts';
import { callerOf, control, importPayees, makeBatch, payOut } from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { activitiesOf } from './history.ts';
import { countBy, judge, type Judgement } from './judge.ts';
import { PEERS } from './peers.ts';

const PER_MINUTE = 60;
const PAYMENTS = 90;
const WORKERS = 4;
const END_WITHIN_MS = 300_000;

const requestSchema = z.object({ path: z.string(), status: z.number().nullable() });

interface Found {
  status: string;
  judgement: Judgement;
  /** Answers with 429 that Xendit gave, by path without ids. */
  limited: Record<string, number>;
  /** How many worker processes sent payments. */
  senders: number;
}

let found: Found;
beforeAll(async () => {
  found = await play();
}, END_WITHIN_MS + 120_000);

test('P13: four workers share 60 calls a minute: everybody is paid once, nothing fails', () => {
  const { status, judgement, senders } = found;
  expect(senders).toBeGreaterThan(1);
  expect(status).toBe('COMPLETED');
  expect(judgement.counts).toEqual({ COMPLETED: PAYMENTS });
  expect(judgement.transfers).toHaveLength(PAYMENTS);
  expect(judgement.wrongs).toEqual([]);
  expect(judgement.breaches).toEqual([]);
});

test('P13: a refusal for the rate costs no payment a try', () => {
  const { judgement, limited } = found;
  expect(judgement.payments.filter(({ failures }) => failures > 0)).toEqual([]);
  expect(judgement.payments.filter(({ generation }) => generation > 1)).toEqual([]);
  // The budget keeps to what is allowed; a few may be refused where clocks and windows differ.
  const refused = Object.values(limited).reduce((sum, count) => sum + count, 0);
  expect(refused).toBeLessThanOrEqual(10);
});

/** Both sides keep to the same limit: the simulator enforces what the workers are told. */
async function play(): Promise<Found> {
  const { IDR } = DEFAULT_CREDENTIALS.xendit.currencies;
  const credentials = { IDR: { ...IDR, defaultChannel: 'ID_BCA', ratePerMinute: PER_MINUTE } };
  const stack = await startTestStack({
    workers: WORKERS,
    env: { BURSAR_XENDIT_CREDENTIALS: JSON.stringify(credentials) },
  });
  const db = openDatabase(stack.databaseUrl);
  const { provider, currency, amount, accountRef } = PEERS.xendit;
  try {
    const caller = callerOf(stack);
    await importPayees(caller, 'paced', PAYMENTS, amount, {
      provider,
      currency,
      accountRef: (_name, index) => accountRef(6, index),
    });
    await control(stack, 'limits', { provider, perMinute: PER_MINUTE });
    const batchId = await makeBatch(caller, { provider, currency });
    // A chunk is work for one worker: smaller ones bring all of them to the same budget.
    await db.run(z.unknown(), 'update payments set chunk = ordinal / 6 where batch_id = $1', [
      batchId,
    ]);
    const startedMs = performance.now();
    const { status } = await payOut(caller, batchId, END_WITHIN_MS);
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    const attempts = await db.run(z.object({ sends: z.number() }), 'select sends from attempts');
    const sends = countBy(attempts.map((attempt) => String(attempt.sends)));
    const limited = await limitedCalls(stack);
    const sending = (await activitiesOf(stack, batchId)).filter(
      ({ name }) => name === 'submitSlice',
    );
    const senders = new Set(sending.map(({ worker }) => worker)).size;
    const judgement = await judge(stack, db, provider);
    process.stdout.write(
      `rate limit, ${WORKERS} workers, ${PER_MINUTE} calls a minute, ${PAYMENTS} payments: ${status} in ${seconds} s, ${JSON.stringify(judgement.counts)}, 429 ${JSON.stringify(limited)}, sends ${JSON.stringify(sends)}, ${senders} workers sent\n`,
    );
    return { status, judgement, limited, senders };
  } finally {
    await db.close();
    await stack.stop();
  }
}

async function limitedCalls(stack: TestStack): Promise<Record<string, number>> {
  const answer = await fetch(`${stack.simulatorUrl}/_sim/requests`);
  const { requests } = z.object({ requests: z.array(requestSchema) }).parse(await answer.json());
  return countBy(
    requests
      .filter(({ status }) => status === 429)
      .map(({ path }) => path.replace(/\/disb-.*/, '/…').replace(/\?.*/, '')),
  );
}
