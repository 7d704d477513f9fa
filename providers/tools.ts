import { makeCircuit, type Circuit, type CircuitReport } from './circuit.ts';
import { openPeer, type HttpPeer, type PeerOptions } from './http.ts';
import { makePace, UNPACED, type BudgetStore, type Pace, type RateLimit } from './pace.ts';
import type { ProviderName, Reservation } from './port.ts';

/** What adapters are given by the process that they run in. */
export interface ProviderTools {
  /** Opens connections to a provider; its circuit watches them. */
  openPeer(provider: ProviderName, baseUrl: string, options: PeerOptions): HttpPeer;
  /** The budget of one credential and endpoint of a provider; `name` tells them apart. */
  pace(provider: ProviderName, name: string, limit: RateLimit): Pace;
  /** How many calls the provider's circuit lets through now; where none, when to ask again. */
  room(provider: ProviderName): { places: number; waitMs: number };
}

/** The tools of a process, and what they know of the providers. */
export interface SharedTools extends ProviderTools {
  /** The circuits of the providers that were opened here. */
  circuits(): ReadonlyMap<ProviderName, CircuitReport>;
}

/** Tools of one process among many: budgets are shared with the others, circuits are its own. */
export function makeProviderTools(
  budgets: BudgetStore,
  onCircuit: (provider: ProviderName, report: CircuitReport) => void,
): SharedTools {
  const circuits = new Map<ProviderName, Circuit>();
  const circuitOf = (provider: ProviderName): Circuit => {
    const known = circuits.get(provider);
    if (known) return known;
    const circuit = makeCircuit((report) => onCircuit(provider, report));
    circuits.set(provider, circuit);
    return circuit;
  };
  return {
    openPeer: (provider, baseUrl, options) => circuitOf(provider).watch(openPeer(baseUrl, options)),
    pace: (provider, name, limit) => makePace(budgets, `${provider}/${name}`, limit),
    room: (provider) => circuitOf(provider).room(),
    circuits: () => new Map([...circuits].map(([name, circuit]) => [name, circuit.report()])),
  };
}

/** Tools of a process on its own: no circuit, no shared budget. For tests of single adapters. */
export const plainTools = (): ProviderTools => ({
  openPeer: (_provider, baseUrl, options) => openPeer(baseUrl, options),
  pace: () => UNPACED,
  room: () => ({ places: Infinity, waitMs: 0 }),
});

/** `Provider.reserve` over a budget, or one for each currency, within what the circuit lets through. */
export const reserveWith =
  (tools: ProviderTools, provider: ProviderName, pace: Pace | ((currency: string) => Pace)) =>
  async (count: number, currency: string): Promise<Reservation> => {
    const { places, waitMs } = tools.room(provider);
    if (places === 0) return { granted: 0, waitMs };
    const budget = typeof pace === 'function' ? pace(currency) : pace;
    return budget.reserve(Math.min(count, places));
  };
