import { openPeer, type HttpPeer, type PeerOptions } from './http.ts';
import { UNPACED, type Pace, type RateLimit } from './pace.ts';
import type { ProviderName, Reservation } from './port.ts';

/** What adapters are given by the process that they run in. */
export interface ProviderTools {
  /** Opens connections to a provider; its circuit watches them. */
  openPeer(provider: ProviderName, baseUrl: string, options: PeerOptions): HttpPeer;
  /** The budget of one credential and endpoint of a provider; `name` tells them apart. */
  pace(provider: ProviderName, name: string, limit: RateLimit): Pace;
  /** Until the provider's circuit lets a call through; 0: now. */
  circuitWaitMs(provider: ProviderName): number;
}

/** Tools of a process on its own: no circuit, no shared budget. For tests of single adapters. */
export const plainTools = (): ProviderTools => ({
  openPeer: (_provider, baseUrl, options) => openPeer(baseUrl, options),
  pace: () => UNPACED,
  circuitWaitMs: () => 0,
});

/** `Provider.reserve` over a budget: nothing is granted while the circuit is open. */
export const reserveWith =
  (tools: ProviderTools, provider: ProviderName, pace: Pace) =>
  async (count: number): Promise<Reservation> => {
    const waitMs = tools.circuitWaitMs(provider);
    return waitMs > 0 ? { granted: 0, waitMs } : pace.reserve(count);
  };
