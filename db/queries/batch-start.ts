import { eq } from 'drizzle-orm';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { batches } from '../schema/batches.ts';

/** What a batch's workflow is started with, for people who look at it. Throws `not_found`. */
export async function readBatchStart(db: Db, batchId: string) {
  const [batch] = await db.orm
    .select({
      id: batches.id,
      batchNumber: batches.batchNumber,
      status: batches.status,
      provider: batches.provider,
      currency: batches.currency,
      createdBy: batches.createdBy,
      paymentCount: batches.paymentCount,
    })
    .from(batches)
    .where(eq(batches.id, batchId));
  if (!batch) throw new DomainError('not_found', 'There is no such batch; check the id.');
  return batch;
}
