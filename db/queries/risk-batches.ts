import { z } from 'zod';
import { RISK_LEVELS, type RiskLevel } from '../../domain/risk/rule.ts';
import type { Db } from '../client.ts';

const levelRow = z.object({ batch_id: z.string(), level: z.enum(RISK_LEVELS) });

/** The worst level of the open risk events about each of these batches, where there are any. */
export async function openRiskOfBatches(
  db: Db,
  batchIds: readonly string[],
): Promise<ReadonlyMap<string, RiskLevel>> {
  const rows = await db.run(
    levelRow,
    `select distinct on (batch_id) batch_id, level from risk_events
     where batch_id = any($1::text[]) and status = 'OPEN'
     order by batch_id, array_position($2::text[], level) desc`,
    [batchIds, [...RISK_LEVELS]],
  );
  return new Map(rows.map(({ batch_id, level }) => [batch_id, level]));
}
