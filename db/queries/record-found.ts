import type { Db } from '../client.ts';
import { recordOutcomes, type Verdict } from './record-outcomes.ts';

/**
 * Records what look-ups found. Money that came back had arrived before, so such a payment passes
 * COMPLETED on its way, in the books too. Answers every step. Safe to repeat.
 */
export async function recordFound(db: Db, verdicts: readonly Verdict[]) {
  const returned = verdicts.filter(({ verdict }) => verdict === 'RETURNED');
  const arrived = returned.map((verdict): Verdict => ({
    ...verdict,
    verdict: 'SETTLED',
    providerCode: null,
  }));
  const first = await recordOutcomes(db, arrived, null);
  return [...first, ...(await recordOutcomes(db, verdicts, null))];
}
