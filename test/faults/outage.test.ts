import { beforeAll, describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { playDarkness, playOutage } from './outage.ts';
import { PEERS, type Peer } from './peers.ts';
import { onStage, playing } from './stage.ts';

const peers: Peer[] = [PEERS.mock, PEERS.xendit, PEERS.riseworks, PEERS.stripe];

const played = playing(peers, (peer) =>
  onStage(peer, async (stage) => {
    const outage = await playOutage(stage);
    const darkness = await playDarkness(stage);
    return { outage, darkness, judgement: await judge(stage.stack, stage.db, peer.provider) };
  }),
);
beforeAll(() => played.start(), 600_000);

describe.each(peers.map((peer) => [peer.title, peer] as const))('%s', (_title, peer) => {
  test('P16: an outage in the middle of a batch fails nothing, and shows as an open circuit', async () => {
    const { circuits, during } = (await played.of(peer)).outage;
    expect(circuits).toContain('open');
    expect(during).toMatchObject({ status: 'PROCESSING', pausedReason: null });
    expect(during.counts).toMatchObject({ FAILED: 0, CANCELLED: 0 });
    expect(during.counts['COMPLETED']).toBeLessThan(300);
  });

  test('P16: it goes on by itself within a minute after the outage, and pays everybody', async () => {
    const { resumedAfterMs, ended } = (await played.of(peer)).outage;
    expect(resumedAfterMs).not.toBeNull();
    expect(ended).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 300 } });
  });

  test('P16: a batch that meets nothing but silence waits for the provider, and pays everybody', async () => {
    const { during, resumedAfterMs, ended } = (await played.of(peer)).darkness;
    expect(during.status).toBe('PROCESSING');
    expect(during.counts).toMatchObject({ COMPLETED: 0, FAILED: 0, CANCELLED: 0 });
    expect(resumedAfterMs).not.toBeNull();
    expect(ended).toMatchObject({ status: 'COMPLETED', counts: { COMPLETED: 18 } });
  });

  test('0 double, 0 lost, and the books balance', async () => {
    const { payments, wrongs, breaches } = (await played.of(peer)).judgement;
    expect(payments).toHaveLength(318);
    expect(wrongs).toEqual([]);
    expect(breaches).toEqual([]);
  });
});
