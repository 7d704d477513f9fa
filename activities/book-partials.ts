import type { Db } from '../db/client.ts';
import { recordPartialReturns } from '../db/queries/returns-partial.ts';
import type { LookupResult } from '../domain/outcome.ts';

interface Read {
  payment: { id: string; generation: number };
  outcome: LookupResult;
}

/** Books the parts of payments that look-ups found to have come back. Safe to repeat. */
export const bookPartials = (db: Db, read: readonly Read[]): Promise<unknown> =>
  recordPartialReturns(
    db,
    read.flatMap(({ payment: { id, generation }, outcome }) =>
      outcome.kind === 'PARTLY_RETURNED'
        ? [{ paymentId: id, generation, returnedMinor: outcome.returnedMinor }]
        : [],
    ),
  );
