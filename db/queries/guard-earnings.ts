import type { Db } from '../client.ts';
import { SYSTEM } from './actor.ts';
import { placeHold } from './place-hold.ts';
import { raiseRisk } from './risk-events.ts';
import { riskHoldId } from './risk-held.ts';
import { judgeConversions } from './risk-judge.ts';

/**
 * Judges the earnings of affiliates, and puts those on hold whom a rule finds, until a person resolves
 * the event. Answers how many were found. Safe to repeat.
 */
export async function guardEarnings(db: Db, payeeIds: readonly string[]): Promise<number> {
  if (payeeIds.length === 0) return 0;
  const raised = await raiseRisk(db, await judgeConversions(db, { payeeIds }), SYSTEM);
  for (const { id, finding } of raised) {
    if (finding.payeeId === undefined) continue;
    await placeHold(db, {
      id: riskHoldId(id),
      subject: 'payee',
      subjectId: finding.payeeId,
      kind: 'risk',
      reason: `${id}: ${finding.explanation}`,
      owner: 'risk',
      expiresAt: null,
      actor: SYSTEM,
    });
  }
  return raised.length;
}
