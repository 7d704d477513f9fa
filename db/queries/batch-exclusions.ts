import { z } from 'zod';
import { SKIP_REASONS } from '../../domain/eligibility.ts';
import type { Db } from '../client.ts';
import { skipCode } from './preview.ts';

export interface ExclusionFilter {
  code?: string | undefined;
  /** Only payees after this one. */
  after?: string | undefined;
  /** All where none is given. */
  limit?: number | undefined;
}

/** Who was left out when a batch was made, by payee, with the first reason. */
export async function batchExclusions(
  db: Db,
  batchId: string,
  { code, after, limit }: ExclusionFilter = {},
) {
  const rows = await db.run(
    z.object({ payee_id: z.string(), code: skipCode }),
    `select payee_id, code from batch_exclusions
     where batch_id = $1 and ($2::text is null or code = $2) and ($3::text is null or payee_id > $3)
     order by payee_id limit $4::int`,
    [batchId, code ?? null, after ?? null, limit ?? null],
  );
  return rows.map((row) => ({
    affiliateId: row.payee_id,
    code: row.code,
    reason: SKIP_REASONS[row.code],
  }));
}
