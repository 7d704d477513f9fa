import { openDatabase, type Db } from '../../db/client.ts';
import { callerOf, importPayees, makeBatch, type Caller } from '../support/payout.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import type { Peer } from './peers.ts';

/** How long a batch may take to its end, on a machine that does many things at once. */
export const END_WITHIN_MS = 300_000;

/** The stack of one provider, and who is paid on it. */
export interface Stage {
  peer: Peer;
  stack: TestStack;
  caller: Caller;
  db: Db;
}

/** Opens a stack, plays on it and closes it again. */
export async function onStage<T>(
  peer: Peer,
  play: (stage: Stage) => Promise<T>,
  env: Record<string, string> = {},
): Promise<T> {
  const stack = await startTestStack({
    env: { BURSAR_SWEEP_INTERVAL_MS: '2000', ...peer.env, ...env },
  });
  const db = openDatabase(stack.databaseUrl);
  try {
    return await play({ peer, stack, db, caller: callerOf(stack) });
  } finally {
    await db.close();
    await stack.stop();
  }
}

/** Payees `<name>-1` and so on, whose accounts are those of the fault of this number. */
export const payeesOf = ({ peer, caller }: Stage, name: string, fault: number, count: number) =>
  importPayees(caller, name, count, peer.amount, {
    provider: peer.provider,
    currency: peer.currency,
    accountRef: (_name, index) => peer.accountRef(fault, index),
  });

/** A batch of all that is payable now. */
export const batchOf = ({ peer: { provider, currency }, caller }: Stage): Promise<string> =>
  makeBatch(caller, { provider, currency });

/** What was started for each peer, so that a failure of one is not the failure of all. */
export function playing<T>(peers: readonly Peer[], play: (peer: Peer) => Promise<T>) {
  const running = new Map<Peer, Promise<T>>();
  return {
    async start(): Promise<void> {
      for (const peer of peers) running.set(peer, play(peer));
      await Promise.allSettled(running.values());
    },
    async of(peer: Peer): Promise<T> {
      const run = running.get(peer);
      if (!run) throw new Error('it was not started');
      return run;
    },
  };
}
