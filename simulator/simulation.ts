import type { Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { Limits } from './limits.ts';
import type { TokenBuckets } from './rate.ts';
import type { Requests } from './requests.ts';
import type { Timers } from './timers.ts';
import type { Webhooks } from './webhooks.ts';
import type { Wire } from './wire/port.ts';

/** The parts of one running simulator. */
export type Simulation = {
  readonly ledger: Ledger;
  readonly engine: Engine;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly requests: Requests;
  readonly rates: TokenBuckets;
  readonly limits: Limits;
  readonly wires: ReadonlyMap<string, Wire>;
  /** What is planned for transfers and events. */
  readonly plans: Timers;
  /** Waits inside a call: a reset leaves them alone, so that the caller gets its answer. */
  readonly waits: Timers;
};

/** As new: no transfers, accounts, balances, rules, limits, recorded requests or waiting webhooks. */
export async function reset(simulation: Simulation): Promise<void> {
  simulation.plans.clear();
  simulation.webhooks.clear();
  simulation.requests.clear();
  simulation.rates.clear();
  simulation.limits.clear();
  simulation.faults.load({ seed: 1, rules: [] });
  await simulation.ledger.reset();
}
