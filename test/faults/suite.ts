import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  type Caller,
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
    rules: [500, 502, 503].map((status) => ({
      when: submit,
      probability: 0.3,
      effect: 'accept_then_status',
      status,
    })),
    end: 'COMPLETED',
  },
  {
    name: 'P2: the connection is reset after acceptance',
    rules: [{ when: submit, probability: 0.4, effect: 'accept_then_reset' }],
    end: 'COMPLETED',
  },
  {
    name: 'P2: the connection is reset before anything happened',
    rules: [{ when: submit, probability: 0.3, effect: 'refuse' }],
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
    rules: [{ when: submit, probability: 0.5, effect: 'delay', ms: 1_500 }],
    end: 'COMPLETED',
  },
  {
    name: 'P18: the money comes back after it was paid',
    rules: [{ when: submit, effect: 'return_after', ms: 1_500 }],
    end: 'RETURNED',
  },
];

const paymentRow = z.object({
  id: z.string(),
  status: z.string(),
  generation: z.number(),
  amount_minor: z.bigint(),
  account_ref: z.string(),
});
type PaymentRow = z.infer<typeof paymentRow>;

/**
 * One batch in which every fault has payees of its own. The simulator's ledger is the judge: nobody is
 * paid twice, nobody is lost, and both ledgers agree line by line.
 */
export function describeFaults(peer: Peer): void {
  const faults = FAULTS.filter(({ on }) => on?.(peer) ?? true);
  describe(`faults at ${peer.title}`, () => {
    let stack: TestStack;
    let caller: Caller;
    let db: Db;
    let payments: PaymentRow[];
    let transfers: SimulatedTransfer[];

    beforeAll(async () => {
      stack = await startTestStack({ env: { BURSAR_SWEEP_INTERVAL_MS: '2000', ...peer.env } });
      caller = callerOf(stack);
      db = openDatabase(stack.databaseUrl);
      for (const fault of faults.keys()) {
        await importPayees(caller, `fault${fault}`, peer.payeesPerFault, peer.amount, {
          provider: peer.provider,
          currency: peer.currency,
          accountRef: (_name, index) => peer.accountRef(fault, index),
        });
      }
      await setFaults(stack, rulesOf(peer, faults));
      const batchId = await makeBatch(caller, {
        provider: peer.provider,
        currency: peer.currency,
      });
      await payOut(caller, batchId, 300_000);
      await untilReturned();
      transfers = await transfersOf(stack, peer.provider);
    });
    afterAll(async () => {
      await db.close();
      await stack.stop();
    });

    const load = () =>
      db.run(
        paymentRow,
        'select id, status, generation, amount_minor, account_ref from payments order by id',
      );

    async function untilReturned(): Promise<void> {
      const back = faults.findIndex(({ end }) => end === 'RETURNED');
      const until = Date.now() + 90_000;
      do {
        await sleep(500);
        payments = await load();
      } while (ofFault(back).some(({ status }) => status !== 'RETURNED') && Date.now() < until);
    }

    const ofFault = (fault: number): PaymentRow[] => {
      const refs = new Set(
        Array.from({ length: peer.payeesPerFault }, (_, index) => peer.accountRef(fault, index)),
      );
      return payments.filter(({ account_ref }) => refs.has(account_ref));
    };
    const sentFor = (payment: PaymentRow): SimulatedTransfer[] =>
      transfers.filter(({ reference }) => reference.startsWith(`${payment.id}:`));

    test.each(faults.map(({ name, end }, index) => [name, end, index] as const))(
      '%s: 0 double, 0 lost',
      (_name, end, index) => {
        const mine = ofFault(index);
        expect(mine).toHaveLength(peer.payeesPerFault);
        expect(mine.filter(({ status }) => status !== end)).toEqual([]);
        for (const payment of mine) {
          const made = sentFor(payment);
          expect(made, payment.id).toHaveLength(1);
          expect(made[0]?.status).toBe(end === 'RETURNED' ? 'returned' : 'settled');
          expect(BigInt(made[0]?.amount ?? 0)).toBe(payment.amount_minor);
        }
      },
    );

    test('P3: a payment was given another key only after a definite failure: here never', () => {
      expect(payments.filter(({ generation }) => generation !== 1)).toEqual([]);
      const references = new Set(transfers.map(({ reference }) => reference));
      expect(references.size).toBe(transfers.length);
    });

    test('I5: both ledgers hold the same payments, and the books balance', async () => {
      expect(transfers).toHaveLength(payments.length);
      const breaches = (await checkInvariants(db)).filter((invariant) => invariant.breaches > 0);
      expect(breaches).toEqual([]);
    });
  });
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
