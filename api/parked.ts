import type { Logger } from 'pino';
import type { Db } from '../db/client.ts';
import { batchesParkedFor } from '../db/queries/parked-payments.ts';
import type { TemporalClient } from './temporal.ts';

/**
 * Tells the batches whose payments to these payees wait for nothing any more, for instance because an
 * account of theirs has become verified. Returns at once and never throws: the sweep covers for it.
 */
export function continueParked(
  { db, temporal }: { db: Db; temporal: TemporalClient },
  payeeIds: readonly string[],
  log: Logger,
): void {
  if (payeeIds.length === 0) return;
  batchesParkedFor(db, payeeIds)
    .then((batchIds) => batchIds.forEach((batchId) => temporal.wakeBatch(batchId, log)))
    .catch((error: unknown) =>
      log.warn({ err: error }, 'held payments were not told to go on; the sweep covers for it'),
    );
}
