import { guardAnswers } from '../db/queries/guard-answers.ts';
import { guardEarnings } from '../db/queries/guard-earnings.ts';
import { SYSTEM } from '../db/queries/actor.ts';
import { raiseRisk } from '../db/queries/risk-events.ts';
import { judgeWebhooks } from '../db/queries/risk-judge.ts';
import { releaseRisk, unreleasedRisks } from '../db/queries/risk-release.ts';
import { batchesHandingOver, earnersAfter } from '../db/queries/risk-watch.ts';
import { makeId } from '../domain/ids.ts';
import type { Deps } from './deps.ts';

/** How far back the first look of a process reaches, and how much the next ones overlap. */
const FIRST_LOOK_MS = 3_600_000;
const OVERLAP_MS = 120_000;
const PAGES_MAX = 20;

/**
 * Looks, from time to time, at what no call waits for: what providers refuse, events without proof,
 * and what affiliates earn; and carries out what people decided about risk events while nobody could.
 * Answers the batches that have something to do by that. Safe to repeat, and in several processes.
 */
export function makeRiskWatch({ db, providers }: Deps): () => Promise<string[]> {
  let seen = idAt(Date.now() - FIRST_LOOK_MS);
  return async () => {
    for (const batchId of await batchesHandingOver(db)) await guardAnswers(db, batchId);
    for (const { name } of providers.all()) {
      await raiseRisk(db, await judgeWebhooks(db, { provider: name }), SYSTEM);
    }
    const until = idAt(Date.now() - OVERLAP_MS);
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { payeeIds, lastId } = await earnersAfter(db, seen);
      await guardEarnings(db, payeeIds);
      if (lastId === seen) break;
      seen = lastId;
    }
    // Earnings whose statement takes a while become visible after younger ones.
    if (until < seen) seen = until;
    const moved: string[] = [];
    for (const eventId of await unreleasedRisks(db))
      moved.push(...(await releaseRisk(db, eventId)));
    return moved;
  };
}

/** The first id of commissions made from that time on. */
const idAt = (ms: number): string =>
  makeId('commission', `${ms.toString(16).padStart(12, '0')}${'0'.repeat(20)}`);
