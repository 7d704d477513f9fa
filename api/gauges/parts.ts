import type { Db } from '../../db/client.ts';
import { readProviderStates } from '../../db/queries/provider-states.ts';
import type { MakeGauge, Theme } from './theme.ts';

/** Whether Temporal answers, and whether a worker asks it for work. Never throws. */
export type AskTemporal = () => Promise<{ server: boolean; worker: boolean }>;

const CIRCUITS = ['closed', 'half_open', 'open'] as const;

/** The parts around this process. */
export function partGauges(db: Db, askTemporal: AskTemporal, gauge: MakeGauge): Theme {
  const up = gauge('bursar_up', 'Whether a part answers, seen from this process.', ['part']);
  const circuits = gauge(
    'bursar_provider_circuit',
    'Whether the circuit of a provider is in a state, as the worker that finds it worst sees it.',
    ['provider', 'state'],
  );
  return {
    name: 'parts',
    everyMs: 10_000,
    gauges: [up, circuits],
    async read() {
      const [{ server, worker }, states] = await Promise.all([
        askTemporal(),
        readProviderStates(db),
      ]);
      return () => {
        up.set({ part: 'temporal' }, Number(server));
        up.set({ part: 'worker' }, Number(worker));
        for (const { provider, circuit } of states) {
          for (const state of CIRCUITS)
            circuits.set({ provider, state }, Number(state === circuit));
        }
      };
    },
  };
}
