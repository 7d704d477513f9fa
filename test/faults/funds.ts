import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import {
  control,
  importPayees,
  payOut,
  readBatch,
  setFaults,
  transfersOf,
  untilBatch,
  type BatchAnswer,
  type Caller,
} from '../support/payout.ts';
import { countBy } from './judge.ts';
import { batchOf, END_WITHIN_MS, payeesOf, type Stage } from './stage.ts';

const PLENTY = 1_000_000_000_000;

/** What came of a batch with one payee who is never taken. */
export interface Poisoned {
  ended: BatchAnswer;
  unpaid: {
    external_id: string;
    status: string;
    failure_code: string | null;
    failure_reason: string | null;
  }[];
}

/** What came of a batch whose provider held half of its money. */
export interface Halted {
  halted: BatchAnswer;
  /** What had left while it was halted, and what there was; minor units. */
  movedMinor: bigint;
  heldMinor: bigint;
  openCases: string[];
  ended: BatchAnswer;
  casesAtEnd: string[];
}

/** What came of a batch whose money went away after the balance had been read. */
export interface Drained {
  /** Payments by state when the provider had failed what it could not cover. */
  drained: BatchAnswer;
  /** The failed ones: why, and whether they are tried again by themselves. */
  failed: { failure_code: string | null; waits: boolean }[];
  halted: BatchAnswer;
  ended: BatchAnswer;
  generations: Record<string, number>;
  /** Transfers of the batch by status, in the simulator's ledger. */
  transfers: Record<string, number>;
}

const setBalance = ({ peer: { provider, currency }, stack }: Stage, amount: number) =>
  control(stack, 'balance', { provider, currency, amount });

/** Ninety-nine who can be paid, and one who is refused whenever it is tried. */
export async function playPoison(stage: Stage): Promise<Poisoned> {
  const { peer, caller, stack, db } = stage;
  const { accountRef, rules } = peer.poison;
  await importPayees(caller, 'poison', 100, peer.amount, {
    provider: peer.provider,
    currency: peer.currency,
    accountRef: (name, index) => (name === 'poison-41' ? accountRef : peer.accountRef(1, index)),
  });
  await setFaults(stack, rules);
  const ended = await payOut(caller, await batchOf(stage), END_WITHIN_MS);
  await setFaults(stack, []);
  const unpaid = await db.run(
    z.object({
      external_id: z.string(),
      status: z.string(),
      failure_code: z.string().nullable(),
      failure_reason: z.string().nullable(),
    }),
    `select y.external_id, p.status, p.failure_code, p.failure_reason
     from payments p join payees y on y.id = p.payee_id where p.status <> 'COMPLETED'`,
  );
  return { ended, unpaid };
}

/** Money for half of three chunks; when the batch has halted, money for all. */
export async function playFunds(stage: Stage): Promise<Halted> {
  const { caller, stack, db, peer } = stage;
  await payeesOf(stage, 'half', 2, 300);
  const batchId = await batchOf(stage);
  const amounts = await db.run(
    z.object({ amount_minor: z.bigint() }),
    'select amount_minor from payments where batch_id = $1',
    [batchId],
  );
  const heldMinor = amounts.reduce((sum, { amount_minor }) => sum + amount_minor, 0n) / 2n;
  await setBalance(stage, Number(heldMinor));
  const before = new Set((await transfersOf(stack, peer.provider)).map((each) => each.reference));
  await caller.post(`/batches/${batchId}/execute`);
  const halted = await untilHalted(caller, batchId);
  const moved = (await transfersOf(stack, peer.provider)).filter(
    ({ reference, status }) => !before.has(reference) && ['accepted', 'settled'].includes(status),
  );
  const openCases = await casesAbout(db, batchId);
  await setBalance(stage, PLENTY);
  const ended = await untilBatch(caller, batchId, undefined, END_WITHIN_MS);
  return {
    halted,
    movedMinor: moved.reduce((sum, { amount }) => sum + BigInt(amount), 0n),
    heldMinor,
    openCases,
    ended,
    casesAtEnd: await casesAbout(db, batchId),
  };
}

/**
 * The balance covers twenty when it is read, and eight when the provider books them: it has accepted
 * all, and fails twelve afterwards. Later there is money again.
 */
export async function playDrain(stage: Stage): Promise<Drained> {
  const { caller, stack, db, peer } = stage;
  await payeesOf(stage, 'drained', 5, 20);
  await setBalance(stage, PLENTY);
  const when = { provider: peer.provider, operation: 'submit', recipient: peer.recipients(5) };
  await setFaults(stack, [{ when, effect: 'delay', ms: 4_000 }]);
  const batchId = await batchOf(stage);
  await caller.post(`/batches/${batchId}/execute`);
  const amountMinor = await untilSending(db, batchId, 20);
  await setBalance(stage, Number(amountMinor * 8n));
  const drained = await untilCounts(caller, batchId, { COMPLETED: 8, FAILED: 12 });
  const failed = await db.run(
    z.object({ failure_code: z.string().nullable(), waits: z.boolean() }),
    `select failure_code, retry_at is not null as waits from payments
     where batch_id = $1 and status = 'FAILED'`,
    [batchId],
  );
  await setFaults(stack, []);
  await db.run(
    z.unknown(),
    'update payments set retry_at = now() where batch_id = $1 and retry_at is not null',
    [batchId],
  );
  const halted = await untilHalted(caller, batchId);
  await setBalance(stage, PLENTY);
  const ended = await untilBatch(caller, batchId, undefined, END_WITHIN_MS);
  const payments = await db.run(
    z.object({ id: z.string(), generation: z.number() }),
    'select id, generation from payments where batch_id = $1',
    [batchId],
  );
  const ids = new Set(payments.map(({ id }) => id));
  const made = (await transfersOf(stack, peer.provider)).filter(({ reference }) =>
    ids.has(reference.split(':')[0] ?? ''),
  );
  return {
    drained,
    failed,
    halted,
    ended,
    generations: countBy(payments.map(({ generation }) => String(generation))),
    transfers: countBy(made.map(({ status }) => status)),
  };
}

/** Waits until so many payments of the batch are on their way; the amount of each. */
async function untilSending(db: Db, batchId: string, count: number): Promise<bigint> {
  const until = Date.now() + 60_000;
  for (;;) {
    const sending = await db.run(
      z.object({ amount_minor: z.bigint() }),
      `select p.amount_minor from attempts a join payments p on p.id = a.payment_id
       where p.batch_id = $1 and a.status = 'SENDING'`,
      [batchId],
    );
    const [first] = sending;
    if (first && sending.length >= count) return first.amount_minor;
    if (Date.now() > until) throw new Error(`${sending.length} are being sent, not ${count}`);
    await sleep(20);
  }
}

async function untilCounts(
  caller: Caller,
  batchId: string,
  wanted: Record<string, number>,
): Promise<BatchAnswer> {
  const until = Date.now() + 90_000;
  for (;;) {
    const batch = await readBatch(caller, batchId);
    if (Object.entries(wanted).every(([state, count]) => batch.counts[state] === count)) {
      return batch;
    }
    if (Date.now() > until) throw new Error(`not so, but ${JSON.stringify(batch)}`);
    await sleep(200);
  }
}

/** Waits until the batch is halted and has given the slot back. */
export async function untilHalted(caller: Caller, batchId: string): Promise<BatchAnswer> {
  const until = Date.now() + 90_000;
  for (;;) {
    const batch = await readBatch(caller, batchId);
    if (batch.status === 'QUEUED' && batch.pausedReason?.startsWith('HALT ')) return batch;
    if (Date.now() > until) throw new Error(`not halted: ${JSON.stringify(batch)}`);
    await sleep(200);
  }
}

/** `<kind> <status>` of each case about a batch. */
export const casesAbout = async (db: Db, batchId: string): Promise<string[]> =>
  (
    await db.run(
      z.object({ what: z.string() }),
      `select kind || ' ' || status as what from cases where subject = $1 order by id`,
      [batchId],
    )
  ).map(({ what }) => what);
