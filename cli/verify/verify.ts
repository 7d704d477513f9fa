import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase, type Db } from '../../db/client.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { makeSimulatorClient } from '../simulator-client.ts';
import { LedgerJoin, type Finding } from './join.ts';
import { paymentsBy } from './payments.ts';

/** What was checked and what was found. */
export interface VerifyReport {
  readonly ok: boolean;
  readonly invariants: readonly Finding[];
  /** What was held against the simulator's ledger; absent where there is no simulator. */
  readonly simulator?: { transfers: number; payments: number; inFlight: number };
  readonly milliseconds: number;
}

/** The providers whose place the simulator takes in a stack. */
const SIMULATED = ['mock', 'xendit', 'riseworks', 'stripe'] as const;
/** A live system moves between the two reads: a difference counts only where it stays. */
const JOIN_TRIES = 3;
const JOIN_AGAIN_MS = 700;

/** Checks the invariants of the database, and the simulator's ledger against it where there is one. */
export async function verify(
  databaseUrl: string,
  simulatorUrl: string | undefined,
): Promise<VerifyReport> {
  const startedAtMs = performance.now();
  const db = openDatabase(databaseUrl);
  try {
    const own = await checkInvariants(db);
    const joined = simulatorUrl === undefined ? undefined : await joinSettled(db, simulatorUrl);
    const invariants = [...own, ...(joined?.findings ?? [])];
    return {
      ok: invariants.every(({ breaches }) => breaches === 0),
      invariants,
      ...(joined && { simulator: joined.counts }),
      milliseconds: Math.round(performance.now() - startedAtMs),
    };
  } finally {
    await db.close();
  }
}

async function joinSettled(db: Db, simulatorUrl: string) {
  for (let tries = 1; ; tries += 1) {
    const joined = await joinOnce(db, simulatorUrl);
    const clean = joined.findings.every(({ breaches }) => breaches === 0);
    if (clean || tries === JOIN_TRIES) return joined;
    await sleep(JOIN_AGAIN_MS);
  }
}

async function joinOnce(db: Db, simulatorUrl: string) {
  const join = new LedgerJoin();
  const simulator = makeSimulatorClient(simulatorUrl);
  // All transfers first: what is paid after they were read is still in flight for the join.
  for (const provider of SIMULATED) {
    for await (const transfer of simulator.transfers(provider)) join.addTransfer(transfer);
  }
  for (const provider of SIMULATED) {
    for await (const payment of paymentsBy(db, provider)) join.addPayment(payment);
  }
  return { findings: join.findings(), counts: join.counts };
}
