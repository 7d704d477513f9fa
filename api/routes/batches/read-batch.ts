import type { Db } from '../../../db/client.ts';
import { approvalsOf } from '../../../db/queries/batch-approvals.ts';
import { findBatchRow } from '../../../db/queries/batches.ts';
import { tallyPayments } from '../../../db/queries/payment-tallies.ts';
import { notFound } from '../../http/problems.ts';
import { toBatch } from '../../schemas/batch.ts';

/** A batch as answers show it, without its payments. Throws `not_found`. */
export async function readBatch(db: Db, batchId: string) {
  const [row, tallies, approvals] = await Promise.all([
    findBatchRow(db, batchId),
    tallyPayments(db, [batchId]),
    approvalsOf(db, batchId),
  ]);
  const tally = tallies.get(batchId);
  if (!row || !tally) throw notFound('batch');
  return toBatch(row, tally, approvals);
}
