import { z } from 'zod';
import { chunkCount } from '../../domain/chunks.ts';
import { SKIP_REASONS, type SkipCode } from '../../domain/eligibility.ts';
import type { Db } from '../client.ts';

import { contentHashOf, judgedPayees, judgedValues, type BatchRequest } from './judged-payees.ts';
import { matureCommissions } from './mature-commissions.ts';

export const skipCode = z.custom<SkipCode>(
  (value) => typeof value === 'string' && value in SKIP_REASONS,
);

/** Sums come as numeric text where they may pass the range of a bigint. */
export const sumColumn = z.union([z.bigint(), z.string()]).transform((value) => BigInt(value));

const judgedRow = z.object({
  payee_id: z.string(),
  amount_minor: sumColumn,
  commission_count: z.number(),
  code: skipCode.nullable(),
});

/** One payee of a preview. `reason` says in a sentence why it is left out. */
const toItem = (row: z.infer<typeof judgedRow>) => ({
  affiliateId: row.payee_id,
  commissionCount: row.commission_count,
  totalAmountMinor: row.amount_minor,
  eligible: row.code === null,
  code: row.code,
  reason: row.code && SKIP_REASONS[row.code],
});

/** What a batch made now would pay, to whom, and who is left out why. Changes nothing but maturity. */
export async function previewBatch(db: Db, request: BatchRequest) {
  await matureCommissions(db);
  const rows = await db.run(
    judgedRow.extend({ hash: z.string().nullable() }),
    `with ${judgedPayees}
     select payee_id, amount_minor, commission_count, code,
       case when row_number() over () = 1 then ${contentHashOf('judged where code is null')} end as hash
     from judged`,
    judgedValues(request),
    { deadlineMs: 30_000 },
  );
  const items = rows.map(toItem);
  const eligible = items.filter((item) => item.eligible);
  return {
    items,
    summary: {
      totalAffiliates: items.length,
      eligibleAffiliates: eligible.length,
      totalAmountMinor: eligible.reduce((sum, item) => sum + item.totalAmountMinor, 0n),
      currency: request.currency,
      chunks: chunkCount(eligible.length),
    },
    previewHash: rows.find(({ hash }) => hash !== null)?.hash ?? '',
  };
}
