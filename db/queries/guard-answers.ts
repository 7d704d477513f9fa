import type { RiskFinding } from '../../domain/risk/finding.ts';
import type { Db } from '../client.ts';
import { SYSTEM } from './actor.ts';
import { pauseBatch } from './pause-batch.ts';
import { raiseRisk } from './risk-events.ts';
import { judgeProviderAnswers } from './risk-judge.ts';
import { withoutKnown } from './risk-let-pass.ts';

/**
 * Judges what the provider has answered for a batch, lately and up to that chunk where one is given, and
 * pauses the batch where it refuses too much, with the reason. Each batch is paused so once: who resumes it has seen why. Safe to repeat.
 */
export async function guardAnswers(db: Db, batchId: string, chunk?: number): Promise<void> {
  const found = await withoutKnown(db, await judgeProviderAnswers(db, { batchId, chunk }));
  // Paused first: whoever dies in between pauses again, and nothing goes on unseen.
  const acted: RiskFinding[] = [];
  for (const finding of found) {
    const paused = await pauseBatch(db, batchId, SYSTEM.id, finding.explanation);
    acted.push(paused.length > 0 ? finding : { ...finding, action: 'flagged' });
  }
  await raiseRisk(db, acted, SYSTEM);
}
