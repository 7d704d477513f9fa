import { beforeAll, describe, expect, test } from 'vitest';
import { playDrain, playFunds, playPoison } from './funds.ts';
import { judge } from './judge.ts';
import { PEERS, type Peer } from './peers.ts';
import { onStage, playing } from './stage.ts';

const peers: Peer[] = [PEERS.mock, PEERS.xendit, PEERS.riseworks, PEERS.stripe];

const played = playing(peers, (peer) =>
  onStage(peer, async (stage) => {
    const poison = await playPoison(stage);
    // Another currency, so another balance: both at the same time.
    const pesos = { ...stage, peer: PEERS.xenditV3 };
    const [funds, drain] = await Promise.all([
      playFunds(stage),
      peer === PEERS.xendit ? playDrain(pesos) : null,
    ]);
    return { poison, funds, drain, judgement: await judge(stage.stack, stage.db, peer.provider) };
  }),
);
beforeAll(() => played.start(), 600_000);

describe.each(peers.map((peer) => [peer.title, peer] as const))('%s', (_title, peer) => {
  test('P14: the balance covers half: what fits is paid, the rest waits, nothing fails', async () => {
    const { halted, openCases, movedMinor, heldMinor } = (await played.of(peer)).funds;
    expect(halted.counts).toMatchObject({ PENDING: 200, FAILED: 0, CANCELLED: 0, ON_HOLD: 0 });
    expect(halted.pausedReason).toMatch(/^HALT insufficient_balance/);
    expect(openCases).toEqual(['halted OPEN']);
    expect(movedMinor).toBeGreaterThan(0n);
    expect(movedMinor).toBeLessThanOrEqual(heldMinor);
  });

  test('P14: it goes on by itself after a top-up, and the case is closed', async () => {
    const { ended, casesAtEnd } = (await played.of(peer)).funds;
    expect(ended).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 300 } });
    expect(casesAtEnd).toEqual(['halted RESOLVED']);
  });

  test('P15: one payee in a hundred is refused for good: 99 are paid, one FAILED with its reason', async () => {
    const { ended, unpaid } = (await played.of(peer)).poison;
    expect(ended).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 99, FAILED: 1 } });
    expect(unpaid).toEqual([
      {
        external_id: 'poison-41',
        status: 'FAILED',
        failure_code: 'invalid_account',
        failure_reason: expect.stringMatching(/account|user/),
      },
    ]);
  });

  test('0 double, 0 lost, and the books balance', async () => {
    const { payments, wrongs, breaches } = (await played.of(peer)).judgement;
    expect(payments).toHaveLength(peer === PEERS.xendit ? 420 : 400);
    expect(wrongs).toEqual([]);
    expect(breaches).toEqual([]);
  });
});

test('P14: Xendit accepts what it cannot cover and fails it later: it waits for money under a new key', async () => {
  const { drain } = await played.of(PEERS.xendit);
  expect(drain?.failed).toEqual(
    Array.from({ length: 12 }, () => ({ failure_code: 'insufficient_funds', waits: true })),
  );
  expect(drain?.halted.counts).toMatchObject({ COMPLETED: 8, CANCELLED: 0, ON_HOLD: 0 });
  expect(drain?.halted.pausedReason).toMatch(/^HALT insufficient_balance/);
  expect(drain?.ended).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 20 } });
  expect(drain?.generations).toEqual({ 1: 8, 2: 12 });
  expect(drain?.transfers).toEqual({ settled: 20, failed: 12 });
});
