import { and, eq, gte, ilike, isNull, lt, or, sql } from 'drizzle-orm';
import type { BatchState } from '../../domain/batch.ts';
import type { Db } from '../client.ts';
import { batches } from '../schema/batches.ts';
import {
  BATCH_LIST_VIEW,
  BATCH_WITH_PAYMENTS,
  type BatchListRow,
  type BatchWithPayments,
} from '../shapes.ts';

export interface BatchFilter {
  status?: BatchState | undefined;
  provider?: string | undefined;
  currency?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** A batch number, an id, or words of the note. */
  q?: string | undefined;
  /** Only batches numbered below: the last one of the page before. */
  before?: number | undefined;
  limit: number;
}

/** Batches that were not deleted, newest first. */
export function listBatches(db: Db, filter: BatchFilter): Promise<BatchListRow[]> {
  return db.orm.query.batches.findMany({
    ...BATCH_LIST_VIEW,
    where: and(
      isNull(batches.deletedAt),
      filter.status && eq(batches.status, filter.status),
      filter.provider ? eq(batches.provider, filter.provider) : undefined,
      filter.currency ? eq(batches.currency, filter.currency) : undefined,
      filter.from && gte(batches.createdAt, filter.from),
      filter.to && lt(batches.createdAt, filter.to),
      filter.q ? matches(filter.q) : undefined,
      filter.before === undefined ? undefined : lt(batches.batchNumber, filter.before),
    ),
    orderBy: (batch, { desc }) => desc(batch.batchNumber),
    limit: filter.limit,
  });
}

const matches = (words: string) =>
  or(
    eq(batches.id, words),
    sql`${batches.batchNumber}::text = ${words}`,
    ilike(batches.note, `%${words.replaceAll(/[\\%_]/g, '\\$&')}%`),
  );

/** A batch with its first payments and its audit rows; null where it is not there, or deleted. */
export async function findBatch(db: Db, id: string): Promise<BatchWithPayments | null> {
  const row = await db.orm.query.batches.findFirst({
    ...BATCH_WITH_PAYMENTS,
    where: and(eq(batches.id, id), isNull(batches.deletedAt)),
  });
  return row ?? null;
}

/** The row of a batch alone; null where it is not there, or deleted. */
export async function findBatchRow(db: Db, id: string): Promise<BatchListRow | null> {
  const row = await db.orm.query.batches.findFirst({
    ...BATCH_LIST_VIEW,
    where: and(eq(batches.id, id), isNull(batches.deletedAt)),
  });
  return row ?? null;
}
