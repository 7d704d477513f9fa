import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openDatabase, type Db } from '../../db/client.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import {
  callerOf,
  importPayees,
  makeBatch,
  payOut,
  setFaults,
  transfersOf,
  type SimulatedTransfer,
} from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import type { Peer } from './peers.ts';

interface Fault {
  /** Its line in the catalogue, and what is done to the payments. */
  name: string;
  rules: readonly Record<string, unknown>[];
  /** The state in which every payment of it ends. */
  end: 'COMPLETED' | 'FAILED' | 'RETURNED';
  /** False where the provider has nothing of the kind. */
  on?: (peer: Peer) => boolean;
}

const submit = { operation: 'submit' };
const manyInOneCall = (peer: Peer): boolean => peer.payeesPerFault === 100;

/** What can happen to a payment between us and a provider; each fault has payees of its own. */
const FAULTS: readonly Fault[] = [
  {
    name: 'P1: the provider accepts and answers too late',
    rules: [{ when: { ...submit, nth: [1, 2, 3] }, effect: 'accept_then_hang', ms: 12_000 }],
    end: 'COMPLETED',
  },
  {
    name: 'P2: the provider accepts and answers 500, 502 or 503',
    rules: [500, 502, 503].map((status, index) => ({
      when: { ...submit, nth: [1, 4, 7, 10].map((nth) => nth + index) },
      effect: 'accept_then_status',
      status,
    })),
    end: 'COMPLETED',
  },
  {
    name: 'P2: the connection is reset after acceptance',
    rules: [{ when: { ...submit, nth: [1, 3, 4, 8, 9, 13] }, effect: 'accept_then_reset' }],
    end: 'COMPLETED',
  },
  {
    name: 'P2: the connection is reset before anything happened',
    rules: [{ when: { ...submit, nth: [1, 2, 5, 9, 12, 17] }, effect: 'refuse' }],
    end: 'COMPLETED',
  },
  {
    name: 'P4: the answer is lost and the key is forgotten',
    rules: [
      { when: { ...submit, nth: [1, 3, 5] }, effect: 'accept_then_reset' },
      { when: submit, effect: 'forget_key' },
    ],
    end: 'COMPLETED',
  },
  {
    name: 'P5: the webhook comes before the answer',
    rules: [{ when: submit, effect: 'webhook_first' }],
    end: 'COMPLETED',
  },
  {
    name: 'P6: every webhook comes ten times',
    rules: [{ when: { operation: 'webhook' }, effect: 'webhook_duplicate', n: 10 }],
    end: 'COMPLETED',
  },
  {
    name: 'P7: webhooks come in another order, some a second late',
    rules: [
      { when: { operation: 'webhook' }, effect: 'webhook_shuffle' },
      { when: { operation: 'webhook' }, probability: 0.5, effect: 'webhook_delay', ms: 1_000 },
    ],
    end: 'COMPLETED',
  },
  {
    name: 'P8: before each webhook comes a forged one that says the opposite',
    rules: [{ when: { operation: 'webhook' }, effect: 'webhook_forge' }],
    end: 'COMPLETED',
  },
  {
    name: 'P9: every webhook is lost for ever',
    rules: [{ when: { operation: 'webhook' }, effect: 'webhook_drop' }],
    end: 'COMPLETED',
  },
  {
    name: 'P10: items are missing in the answer, and the others stand in another order',
    rules: [
      { when: { ...submit, nth: [2, 5, 9, 14] }, effect: 'omit' },
      { when: submit, effect: 'shuffle' },
    ],
    end: 'COMPLETED',
    on: manyInOneCall,
  },
  {
    name: 'P11: the answer carries a wrong amount, or the id of nothing',
    rules: [
      { when: { ...submit, nth: [1, 4, 7] }, effect: 'wrong_amount' },
      { when: { ...submit, nth: [2, 5, 8] }, effect: 'wrong_id' },
    ],
    end: 'COMPLETED',
  },
  {
    name: 'P12: the answer carries a status that nobody knows',
    rules: [{ when: { ...submit, nth: [1, 2, 3, 4] }, effect: 'unknown_status' }],
    end: 'COMPLETED',
  },
  {
    name: 'P13: calls are refused for their rate',
    rules: [{ when: { ...submit, nth: [1, 2] }, effect: 'status_before', status: 429 }],
    end: 'COMPLETED',
  },
  {
    name: 'P17: the provider is slow',
    rules: [{ when: { ...submit, nth: [1, 2, 4, 7, 8, 9] }, effect: 'delay', ms: 1_500 }],
    end: 'COMPLETED',
  },
  {
    name: 'P18: the money comes back after it was paid',
    rules: [{ when: submit, effect: 'return_after', ms: 1_500 }],
    end: 'RETURNED',
    // What Rise has executed on its chain is final.
    on: ({ provider }) => provider !== 'riseworks',
  },
];

const paymentRow = z.object({
  id: z.string(),
  status: z.string(),
  generation: z.number(),
  amount_minor: z.bigint(),
  external_id: z.string(),
});
type PaymentRow = z.infer<typeof paymentRow>;

/** What became of one provider's batch: our rows, the simulator's, and the breaches of our invariants. */
interface Found {
  payments: PaymentRow[];
  transfers: SimulatedTransfer[];
  breaches: unknown[];
  /** `<fault>: <effect>` of those that have not shown once. */
  idle: string[];
}

/**
 * For each provider one batch in which every fault has payees of its own; all of them at the same time,
 * since most of it is waiting. The simulator's ledger is the judge: nobody is paid twice, nobody is
 * lost, and both ledgers agree line by line.
 */
export function describeFaults(...peers: readonly Peer[]): void {
  const running = new Map<Peer, Promise<Found>>();
  beforeAll(async () => {
    for (const peer of peers) running.set(peer, play(peer, faultsOf(peer)));
    await Promise.allSettled(running.values());
  }, 600_000);
  for (const peer of peers) {
    describe(`faults at ${peer.title}`, () => {
      const found = async (): Promise<Found> => {
        const run = running.get(peer);
        if (!run) throw new Error('it was not started');
        return run;
      };

      test.each(faultsOf(peer).map(({ name, end }, index) => [name, end, index] as const))(
        '%s: 0 double, 0 lost',
        async (_name, end, index) => {
          const { payments, transfers } = await found();
          const mine = ofFault(payments, index);
          expect(mine).toHaveLength(peer.payeesPerFault);
          expect(mine.filter(({ status }) => status !== end)).toEqual([]);
          for (const { id, amount_minor } of mine) {
            const made = transfers.filter(({ reference }) => reference.startsWith(`${id}:`));
            expect(made.map(({ reference }) => reference)).toHaveLength(1);
            expect(made[0]?.status).toBe(end === 'RETURNED' ? 'returned' : 'settled');
            expect(BigInt(made[0]?.amount ?? 0)).toBe(amount_minor);
          }
        },
      );

      test('P3: a payment gets another key only after a definite failure: here never', async () => {
        const { payments, transfers } = await found();
        expect(payments.filter(({ generation }) => generation !== 1)).toEqual([]);
        const references = new Set(transfers.map(({ reference }) => reference));
        expect(references.size).toBe(transfers.length);
      });

      test('every fault has really happened', async () => {
        const { idle } = await found();
        expect(idle).toEqual([]);
      });

      test('I5: both ledgers hold the same payments, and the books balance', async () => {
        const { payments, transfers, breaches } = await found();
        expect(transfers).toHaveLength(payments.length);
        expect(breaches).toEqual([]);
      });
    });
  }
}

const faultsOf = (peer: Peer): Fault[] => FAULTS.filter(({ on }) => on?.(peer) ?? true);

const ofFault = (payments: readonly PaymentRow[], fault: number): PaymentRow[] =>
  payments.filter(({ external_id }) => external_id.startsWith(`fault${fault}-`));

/** Pays the batch on a stack of its own, to the end and to the returns after it. */
async function play(peer: Peer, faults: readonly Fault[]): Promise<Found> {
  const stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '2000', ...peer.env } });
  const db = openDatabase(stack.databaseUrl);
  try {
    const caller = callerOf(stack);
    for (const fault of faults.keys()) {
      await importPayees(caller, `fault${fault}`, peer.payeesPerFault, peer.amount, {
        provider: peer.provider,
        currency: peer.currency,
        accountRef: (_name, index) => peer.accountRef(fault, index),
      });
    }
    await setFaults(stack, rulesOf(peer, faults));
    const { provider, currency } = peer;
    await payOut(caller, await makeBatch(caller, { provider, currency }), 400_000);
    const payments = await untilReturned(db, faults);
    const transfers = await transfersOf(stack, provider);
    const breaches = (await checkInvariants(db)).filter((invariant) => invariant.breaches > 0);
    return { payments, transfers, breaches, idle: await idleEffects(stack, faults) };
  } finally {
    await db.close();
    await stack.stop();
  }
}

const rulesSchema = z.object({
  rules: z.array(z.object({ effect: z.object({ type: z.string() }), hits: z.number() })),
});

async function idleEffects(stack: TestStack, faults: readonly Fault[]): Promise<string[]> {
  const answer = await fetch(`${stack.simulatorUrl}/_sim/faults`);
  const shown = rulesSchema.parse(await answer.json()).rules;
  const hits = new Map<string, number>();
  for (const { name, rules } of faults) {
    for (const { effect, hits: more } of shown.splice(0, rules.length)) {
      const key = `${name}: ${effect.type}`;
      hits.set(key, (hits.get(key) ?? 0) + more);
    }
  }
  return [...hits].flatMap(([key, count]) => (count === 0 ? [key] : []));
}

async function untilReturned(db: Db, faults: readonly Fault[]): Promise<PaymentRow[]> {
  const back = faults.findIndex(({ end }) => end === 'RETURNED');
  const until = Date.now() + 90_000;
  for (;;) {
    const payments = await db.run(
      paymentRow,
      `select p.id, p.status, p.generation, p.amount_minor, y.external_id
       from payments p join payees y on y.id = p.payee_id order by p.id`,
    );
    const open = ofFault(payments, back).some(({ status }) => status !== 'RETURNED');
    if (!open || Date.now() > until) return payments;
    await sleep(500);
  }
}

const rulesOf = (peer: Peer, faults: readonly Fault[]): Record<string, unknown>[] =>
  faults.flatMap(({ rules }, fault) =>
    rules.map((rule) => ({
      probability: 1,
      ...rule,
      when: {
        provider: peer.provider,
        recipient: peer.recipients(fault),
        ...(typeof rule['when'] === 'object' ? rule['when'] : {}),
      },
    })),
  );
