import { SYSTEM } from '../../db/queries/actor.ts';
import { openDatabase } from '../../db/client.ts';
import { noRow } from '../../db/rows.ts';
import { newId } from '../../db/new-id.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import type { Ground } from '../ground.ts';
import { seedPayables } from './payables.ts';

/** A database that stages copy, with one batch in it that has not been queued. */
export interface BatchTemplate {
  database: string;
  batchId: string;
}

/** Makes each size once, when it is first asked for. */
export function makeTemplates(ground: Ground, log: (text: string) => void) {
  const made = new Map<number, BatchTemplate>();
  return async (payments: number): Promise<BatchTemplate> => {
    const known = made.get(payments);
    if (known) return known;
    const startedMs = performance.now();
    const database = `seed_${payments}`;
    const databaseUrl = await ground.copyDatabase(database);
    await seedPayables(databaseUrl, { payees: payments, commissionsEach: 1, lived: false });
    const batchId = newId('batch');
    const db = openDatabase(databaseUrl);
    try {
      const request = { currency: 'USD', provider: 'mock', limits: OPEN_LIMITS };
      await createBatch(db, { ...request, batchId, requiredApprovals: 0, actor: SYSTEM });
      await db.run(noRow, 'analyze', [], { deadlineMs: 120_000 });
    } finally {
      await db.close();
    }
    log(`seeded ${payments} payments in ${seconds(startedMs)}`);
    const template = { database, batchId };
    made.set(payments, template);
    return template;
  };
}

const seconds = (sinceMs: number): string =>
  `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
