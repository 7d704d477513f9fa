import type { Db } from '../../db/client.ts';
import { countBatches, readSlotWaits } from '../../db/queries/gauges/batches.ts';
import { QUANTILES, type MakeGauge, type Theme } from './theme.ts';

/** Batches, and how long they wait for their turn. */
export function batchGauges(db: Db, gauge: MakeGauge): Theme {
  const batches = gauge('bursar_batches', 'Batches by state.', ['state']);
  const waits = gauge(
    'bursar_slot_wait_seconds',
    'How long batches waited in the queue whose turn came within the last day.',
    ['quantile'],
  );
  return {
    name: 'batches',
    everyMs: 15_000,
    gauges: [batches, waits],
    async read() {
      const [counts, waited] = await Promise.all([countBatches(db), readSlotWaits(db)]);
      return () => {
        for (const { state, count } of counts) batches.set({ state }, count);
        for (const [quantile, name] of Object.entries(QUANTILES)) {
          const seconds = waited[name];
          if (seconds !== null) waits.set({ quantile }, seconds);
        }
      };
    },
  };
}
