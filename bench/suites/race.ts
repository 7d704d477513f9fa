import { setTimeout as sleep } from 'node:timers/promises';
import type { MockConfig } from '../../providers/mock/provider.ts';
import { runByLoop } from '../runs/loop-run.ts';
import type { Run } from '../runs/run.ts';
import { runByTemporal } from '../runs/temporal-run.ts';
import { openStage, type FaultRule } from '../stage.ts';
import type { Bench } from './suite.ts';

export interface RaceOptions {
  payments: number;
  submission: MockConfig['submission'];
  faults: readonly FaultRule[];
  /** Whether webhooks are received. */
  api: boolean;
}

/** The runs of both, in the order of the rounds. */
export interface Race {
  temporal: Run[];
  loop: Run[];
}

/** A worker polls a moment after it says so; both wait, so that neither gains by it. */
const SETTLE_MS = 1_000;

/**
 * Lets Temporal and the plain loop pay the same batch by turns, each time on a fresh copy of the
 * database with fresh processes. Who begins changes with the round.
 */
export async function race(bench: Bench, options: RaceOptions): Promise<Race> {
  const found: Race = { temporal: [], loop: [] };
  for (let round = 0; round < bench.options.rounds; round += 1) {
    const order =
      round % 2 === 0 ? (['temporal', 'loop'] as const) : (['loop', 'temporal'] as const);
    for (const by of order) {
      bench.signal.throwIfAborted();
      const run = await runOnce(bench, options, by);
      found[by].push(run);
      bench.log(describe(run, round, options));
    }
  }
  return found;
}

async function runOnce(bench: Bench, options: RaceOptions, by: Run['by']): Promise<Run> {
  const { ground, log } = bench;
  const { profileDir } = bench.options;
  const { database, batchId } = await bench.templateOf(options.payments);
  const { submission, faults, api } = options;
  const worker = by === 'temporal';
  const stage = await openStage(
    ground,
    { template: database, submission, faults, api, worker, profileDir },
    log,
  );
  try {
    await sleep(SETTLE_MS);
    return worker
      ? await runByTemporal(ground, stage, batchId, options.payments)
      : await runByLoop(ground, stage, batchId, options.payments, profileDir);
  } finally {
    await stage.close();
  }
}

const describe = (run: Run, round: number, { submission }: RaceOptions): string => {
  const rate = Math.round((run.payments * 1000) / run.completedMs);
  const cpu = Object.entries(run.cpu).map(([name, seconds]) => `${name} ${seconds}`);
  return (
    `round ${round + 1}, ${run.payments} payments, ${submission}, ${run.by}: ${rate}/s ` +
    `(handed over ${Math.round(run.handedOverMs)} ms, completed ${Math.round(run.completedMs)} ms; ` +
    `cpu s: ${cpu.join(', ')}; load ${run.loadBefore.toFixed(1)})`
  );
};
