import { z } from 'zod';
import { raiseAlarms } from '../db/queries/alarms.ts';
import { completedOn } from '../db/queries/reconcile-orders.ts';
import { watchedDays } from '../domain/day.ts';
import { providerNamed, type Deps } from './deps.ts';
import { lookupPage } from './lookup-page.ts';
import { withPulse } from './reconcile-pulse.ts';
import { addSteps, lookUpAndRecord } from './reconcile-record.ts';

/** Whose completed payments are looked up on which day (UTC). */
export interface WatchRef {
  provider: string;
  day: string;
}

/** What a day's watch came to. */
export interface Watched {
  lookedUp: number;
  /** How many payments took which step, as `COMPLETED to RETURNED`. */
  steps: Record<string, number>;
}

const placeSchema = z.object({
  after: z.string(),
  lookedUp: z.number(),
  steps: z.record(z.string(), z.number()),
});

/**
 * Looks up the payments that were completed 1, 3, 7, 14, 30, 60 and 90 days before, as long as money
 * may come back at this provider: an event that told so may have been lost. Safe to repeat.
 */
export const makeWatchReturns = ({ db, providers }: Deps) =>
  async function watchReturns({ provider: name, day }: WatchRef): Promise<Watched> {
    const provider = providerNamed(providers, name);
    const days = watchedDays(day, provider.capabilities.returnWatchMs);
    if (days.length === 0) return { lookedUp: 0, steps: {} };
    const limit = lookupPage(provider);
    return withPulse(async (pulse) => {
      const resumed = placeSchema.safeParse(pulse.resumed);
      let place: z.infer<typeof placeSchema> = resumed.success
        ? resumed.data
        : { after: '', lookedUp: 0, steps: {} };
      for (;;) {
        const page = await completedOn(db, { provider: name, days, after: place.after, limit });
        const { found, steps } = await lookUpAndRecord(db, provider, page);
        await raiseAlarms(
          db,
          name,
          page.flatMap(({ payment_id: paymentId, generation, batch_id: batchId, reference }) => {
            const outcome = found.get(reference);
            return outcome?.kind === 'AMBIGUOUS'
              ? [{ paymentId, generation, batchId, outcome }]
              : [];
          }),
        );
        place = {
          after: page.at(-1)?.payment_id ?? place.after,
          lookedUp: place.lookedUp + page.length,
          steps: addSteps(place.steps, steps),
        };
        if (page.length < limit) return { lookedUp: place.lookedUp, steps: place.steps };
        pulse.beat(place);
      }
    });
  };
