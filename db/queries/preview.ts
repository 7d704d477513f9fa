import { z } from 'zod';
import { chunkCount } from '../../domain/chunks.ts';
import {
  describeSkipped,
  isSkipCode,
  SKIP_REASONS,
  type SkipCode,
} from '../../domain/eligibility.ts';
import type { Db } from '../client.ts';

import { contentHashOf, judgedPayees, type BatchRequest } from './judged-payees.ts';
import { matureCommissions } from './mature-commissions.ts';
import { loadPayoutTable, type TermsAsked } from './payout-table.ts';

export const skipCode = z.custom<SkipCode>(
  (value) => typeof value === 'string' && isSkipCode(value),
);

/** Sums come as numeric text where they may pass the range of a bigint. */
export const sumColumn = z.union([z.bigint(), z.string()]).transform((value) => BigInt(value));

const judgedRow = z.object({
  payee_id: z.string(),
  amount_minor: sumColumn,
  commission_count: z.number(),
  parts: z.number(),
  code: skipCode.nullable(),
});

/** One payee of a preview. `reason` says in a sentence why it is left out. */
const toItem = (row: z.infer<typeof judgedRow>) => ({
  affiliateId: row.payee_id,
  commissionCount: row.commission_count,
  totalAmountMinor: row.amount_minor,
  /** How many payments it takes: more than one above the maximum of the payout rules. */
  payments: row.code === null ? row.parts : 0,
  eligible: row.code === null,
  code: row.code,
  reason: row.code && SKIP_REASONS[row.code],
});

/** The instant whose payout rules hold for a request. */
export const termsAskedBy = (request: BatchRequest): TermsAsked => ({
  ...request,
  at: request.maturedBy ?? new Date(),
});

/** What a batch made now would pay, to whom, and who is left out why. Changes nothing but maturity. */
export async function previewBatch(db: Db, request: BatchRequest) {
  await matureCommissions(db);
  const table = await loadPayoutTable(db, termsAskedBy(request));
  const { text, values } = judgedPayees(request, table);
  const rows = await db.run(
    judgedRow.extend({ hash: z.string().nullable() }),
    `with ${text}
     select payee_id, amount_minor, commission_count, parts, code,
       case when row_number() over () = 1 then ${contentHashOf('judged where code is null', table?.splits)} end as hash
     from judged`,
    values,
    { deadlineMs: 30_000 },
  );
  const items = rows.map(toItem);
  const eligible = items.filter((item) => item.eligible);
  const payments = eligible.reduce((sum, item) => sum + item.payments, 0);
  return {
    items,
    summary: {
      totalAffiliates: items.length,
      eligibleAffiliates: eligible.length,
      totalAmountMinor: eligible.reduce((sum, item) => sum + item.totalAmountMinor, 0n),
      currency: request.currency,
      payments,
      chunks: chunkCount(payments),
      skipped: describeSkipped(countCodes(items)),
    },
    previewHash: rows.find(({ hash }) => hash !== null)?.hash ?? '',
  };
}

const countCodes = (items: readonly { code: SkipCode | null }[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { code } of items) if (code) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
};
