import { beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../db/client.ts';
import { callerOf, importPayees, makeBatch, payOut, setFaults } from '../support/payout.ts';
import { startTestStack } from '../support/test-stack.ts';
import { countBy, judge, type Judgement } from './judge.ts';
import { PEERS, type Peer } from './peers.ts';

/** Payments of each provider; a few keep this short, a long run takes 10,000. */
const PAYMENTS = Number(process.env['BURSAR_FAULT_PAYMENTS'] ?? 300);
/** The name of one of `PEERS`, for a long run of that one alone. */
const ONLY = process.env['BURSAR_FAULT_PEER'];

const peers = Object.entries<Peer>(PEERS).filter(([name]) => ONLY === undefined || name === ONLY);

/** So long for the hand-over and three rounds of asking about lost webhooks. */
const END_WITHIN_MS = 420_000 + PAYMENTS * 120;

/** 27 in 100 submissions fail, and 30 in 100 webhooks are lost, doubled, late, shuffled or false. */
const rulesFor = (provider: string): Record<string, unknown>[] => {
  const submit = { provider, operation: 'submit' };
  const webhook = { provider, operation: 'webhook' };
  return [
    { when: submit, probability: 0.06, effect: 'accept_then_reset' },
    { when: submit, probability: 0.02, effect: 'accept_then_status', status: 500 },
    { when: submit, probability: 0.02, effect: 'accept_then_status', status: 502 },
    { when: submit, probability: 0.02, effect: 'accept_then_status', status: 503 },
    { when: submit, probability: 0.06, effect: 'refuse' },
    { when: submit, probability: 0.04, effect: 'status_before', status: 503 },
    { when: submit, probability: 0.02, effect: 'accept_then_hang', ms: 12_000 },
    { when: submit, probability: 0.01, effect: 'wrong_amount' },
    { when: submit, probability: 0.01, effect: 'unknown_status' },
    { when: submit, probability: 0.01, effect: 'omit' },
    { when: webhook, probability: 0.06, effect: 'webhook_drop' },
    { when: webhook, probability: 0.06, effect: 'webhook_duplicate', n: 5 },
    { when: webhook, probability: 0.06, effect: 'webhook_shuffle' },
    { when: webhook, probability: 0.06, effect: 'webhook_delay', ms: 800 },
    { when: webhook, probability: 0.06, effect: 'webhook_forge' },
  ];
};

const running = new Map<Peer, Promise<Judgement>>();
beforeAll(async () => {
  for (const [, peer] of peers) running.set(peer, play(peer));
  await Promise.allSettled(running.values());
}, END_WITHIN_MS + 300_000);

describe.each(peers.map(([, peer]) => [peer.title, peer] as const))(
  '%s, 30 in 100 calls and webhooks go wrong',
  (_title, peer) => {
    const found = async (): Promise<Judgement> => {
      const run = running.get(peer);
      if (!run) throw new Error('it was not started');
      return run;
    };

    test('0 double, 0 lost: exactly the COMPLETED ones were paid, each once, to the cent', async () => {
      const { payments, wrongs, breaches } = await found();
      expect(payments).toHaveLength(PAYMENTS);
      expect(wrongs).toEqual([]);
      expect(breaches).toEqual([]);
    });

    test('what did not go through was tried four times, and is few', async () => {
      const { payments } = await found();
      const unpaid = payments.filter(({ status }) => status !== 'COMPLETED');
      expect(unpaid.filter(({ failure_code }) => failure_code !== 'retries_exhausted')).toEqual([]);
      // A call that carries many payments fails them together.
      const few = peer.payeesPerFault === 100 ? 0.1 : 0.03;
      expect(unpaid.length).toBeLessThanOrEqual(PAYMENTS * few);
    });
  },
);

/** Pays one batch on a stack of its own, and tells how it went. */
async function play(peer: Peer): Promise<Judgement> {
  const { provider, currency, title } = peer;
  const stack = await startTestStack({
    env: { BURSAR_SWEEP_INTERVAL_MS: '2000', ...peer.env },
  });
  const db = openDatabase(stack.databaseUrl);
  try {
    const caller = callerOf(stack);
    await importPayees(caller, 'mixed', PAYMENTS, peer.amount, {
      provider,
      currency,
      accountRef: (_name, index) => peer.accountRef(Math.floor(index / 10_000), index % 10_000),
    });
    const batchId = await makeBatch(caller, { provider, currency });
    await setFaults(stack, rulesFor(provider));
    const startedMs = performance.now();
    const { status } = await payOut(caller, batchId, END_WITHIN_MS);
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    const judgement = await judge(stack, db, provider);
    const { payments, counts, wrongs, breaches, transfers } = judgement;
    const reasons = countBy(payments.flatMap(({ failure_reason }) => failure_reason ?? []));
    process.stdout.write(
      `mixed faults, ${title}: ${status} in ${seconds} s, ${JSON.stringify(counts)}, ${transfers.length} transfers, ${wrongs.length} wrong, ${breaches.length} invariants broken; ${JSON.stringify(reasons)}\n`,
    );
    return judgement;
  } finally {
    await db.close();
    await stack.stop();
  }
}
