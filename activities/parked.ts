import { continueParked as goOn, endParked as end } from '../db/queries/parked-payments.ts';
import type { BatchRef, Deps } from './deps.ts';

/** Makes held payments due again whose reason has passed, and queues their batch. Safe to repeat. */
export const makeContinueParked = ({ db }: Deps) =>
  async function continueParked({ batchId }: BatchRef): Promise<void> {
    await goOn(db, batchId);
  };

/** Cancels payments that waited too long for an account; what they covered is payable again. Safe to repeat. */
export const makeEndParked = ({ db, parkedMaxMs }: Deps) =>
  async function endParked({ batchId }: BatchRef): Promise<void> {
    await end(db, batchId, parkedMaxMs);
  };
