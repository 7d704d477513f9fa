import { and, desc, eq, isNotNull, isNull, lt } from 'drizzle-orm';
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Db } from '../client.ts';
import { holds, type HOLD_KINDS, type HOLD_SUBJECTS } from '../schema/holds.ts';
import { SYSTEM, type Actor } from './actor.ts';
import { releaseStatement } from './release-hold.ts';

export type HoldRow = typeof holds.$inferSelect;
export type HoldSubject = (typeof HOLD_SUBJECTS)[number];
export type HoldKind = (typeof HOLD_KINDS)[number];

export interface HoldFilter {
  subject?: HoldSubject | undefined;
  subjectId?: string | undefined;
  kind?: HoldKind | undefined;
  /** Only those that stand, or only those that are released. */
  active?: boolean | undefined;
  /** Only ids below: the last one of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Holds, newest first. */
export const listHolds = (db: Db, filter: HoldFilter): Promise<HoldRow[]> =>
  db.orm
    .select()
    .from(holds)
    .where(
      and(
        filter.subject && eq(holds.subjectKind, filter.subject),
        filter.subjectId ? eq(holds.subjectId, filter.subjectId) : undefined,
        filter.kind && eq(holds.kind, filter.kind),
        filter.active === true ? isNull(holds.releasedAt) : undefined,
        filter.active === false ? isNotNull(holds.releasedAt) : undefined,
        filter.before ? lt(holds.id, filter.before) : undefined,
      ),
    )
    .orderBy(desc(holds.id))
    .limit(filter.limit);

/** One hold. Throws `not_found`. */
export async function findHold(db: Db, id: string): Promise<HoldRow> {
  const [row] = await db.orm.select().from(holds).where(eq(holds.id, id)).limit(1);
  if (!row) throw new DomainError('not_found', 'There is no such hold; check the id.');
  return row;
}

/** A hold that was released, and the batch that goes on by it. */
export interface Released {
  hold: HoldRow;
  batchId: string | null;
}

const TRIES_MAX = 5;

/**
 * Releases a hold, with what followed from it and its audit rows, in one statement: a payment is
 * PENDING again and its batch queued where it has left the slot, an earning is payable again, a payee
 * or account is paid again unless another hold of it stands. Throws `not_found`, and `invalid_state`
 * where it is released already or the batch of the payment is being cancelled.
 */
export async function releaseHold(
  db: Db,
  id: string,
  reason: string,
  actor: Actor,
): Promise<Released> {
  const { subjectKind, subjectId } = await findHold(db, id);
  const batchId = subjectKind === 'payment' ? await batchOf(db, subjectId) : null;
  // Another statement may move the batch or the earning at the same moment; then this one changes nothing.
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const rows = await db.run(
      z.object({ id: z.string() }),
      releaseStatement(subjectKind),
      [batchId, id, actor.id, actor.ipAddress, actor.userAgent, reason],
      { deadlineMs: 60_000 },
    );
    const hold = await findHold(db, id);
    if (rows.length > 0) return { hold, batchId };
    if (hold.releasedAt !== null)
      throw new DomainError('invalid_state', 'The hold was released already; nothing was changed.');
  }
  throw new DomainError(
    'invalid_state',
    'The batch of the payment is being cancelled, and the payment with it; nothing was changed.',
  );
}

async function batchOf(db: Db, paymentId: string): Promise<string | null> {
  const rows = await db.run(
    z.object({ batch_id: z.string() }),
    'select batch_id from payments where id = $1',
    [paymentId],
  );
  return rows[0]?.batch_id ?? null;
}

const EXPIRED_AT_ONCE = 500;

/**
 * Releases up to 500 holds whose time has passed, the oldest first; answers the batches that go on by
 * it. Those that somebody releases at the same moment are theirs. Safe to repeat.
 */
export async function expireHolds(db: Db): Promise<string[]> {
  const expired = await db.run(
    z.object({ id: z.string() }),
    `select id from holds where released_at is null and expires_at <= now()
     order by expires_at limit ${EXPIRED_AT_ONCE}`,
  );
  const batchIds = new Set<string>();
  for (const { id } of expired) {
    const batchId = await expire(db, id);
    if (batchId !== null) batchIds.add(batchId);
  }
  return [...batchIds];
}

async function expire(db: Db, id: string): Promise<string | null> {
  try {
    return (await releaseHold(db, id, 'expired', SYSTEM)).batchId;
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
