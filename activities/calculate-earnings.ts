import { Context } from '@temporalio/activity';
import { beating } from './beating.ts';
import { calculateProgramme, type Calculated } from './calculate-programme.ts';
import type { Deps } from './deps.ts';

/** Which programme, and up to when (ISO 8601); null: up to now. */
export interface CalculateRef {
  programmeId: string;
  asOf: string | null;
}

/** Calculates what waits in a programme. Safe to repeat: a try after a crash goes on with what is left. */
export const makeCalculateEarnings = ({ db }: Pick<Deps, 'db'>) =>
  async function calculateEarnings({ programmeId, asOf }: CalculateRef): Promise<Calculated> {
    const activity = Context.current();
    const request = { programmeId, asOf: asOf === null ? null : new Date(asOf) };
    return beating(
      () => null,
      () =>
        calculateProgramme(db, {
          ...request,
          beat: () => activity.cancellationSignal.throwIfAborted(),
        }),
    );
  };
