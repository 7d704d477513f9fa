import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { bindAccounts } from '../../db/queries/bind-accounts.ts';
import { claimAttempts } from '../../db/queries/claim-attempts.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { guardOnce } from '../../db/queries/guard-batch.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { recordOutcomes, toVerdict } from '../../db/queries/record-outcomes.ts';
import { acquireSlot, releaseSlot } from '../../db/queries/slot.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import type { NewRelease } from '../../db/queries/schedule-release.ts';
import { returnedOutcome } from './listing-provider.ts';
import { schedule } from './releases.ts';

const sentRow = z.object({ id: z.string(), payee_id: z.string(), seen_at: z.string() });

/** A payment that was paid. */
export interface SettledPayment {
  id: string;
  payeeId: string;
}

/** Makes a batch of what these payees are owed, and settles it, without a provider. */
export async function payPayees(
  db: Db,
  affiliateIds: readonly string[],
  given: { currency?: string; programmeId?: string } = {},
): Promise<SettledPayment[]> {
  const batchId = newId('batch');
  const request = { affiliateIds: [...affiliateIds], currency: 'USD', provider: 'mock', ...given };
  await createBatch(db, {
    batchId,
    actor: SYSTEM,
    limits: OPEN_LIMITS,
    requiredApprovals: 0,
    ...request,
  });
  return settle(db, batchId);
}

/** Schedules a release and settles its payments. */
export async function payRelease(db: Db, release: NewRelease): Promise<SettledPayment[]> {
  return settle(db, (await schedule(db, release)).batchId);
}

async function settle(db: Db, batchId: string): Promise<SettledPayment[]> {
  await guardOnce(db, batchId);
  await queueIfCleared(db, batchId, SYSTEM);
  if (!(await acquireSlot(db, batchId))) throw new Error('another batch holds the slot');
  await bindAccounts(db, batchId, { fromChunk: 0, toChunk: 1_000 });
  const rows = await db.run(
    sentRow,
    'select id, payee_id, updated_at::text as seen_at from payments where batch_id = $1 order by ordinal',
    [batchId],
  );
  const claims = rows.map(({ id, seen_at }) => ({
    paymentId: id,
    generation: 1,
    requestHash: 'hash',
    requestSealed: null,
    seenAt: seen_at,
  }));
  await claimAttempts(db, batchId, claims, 'fence');
  const verdicts = rows.map(({ id }) =>
    toVerdict(
      { paymentId: id, generation: 1, failures: 0 },
      { kind: 'SETTLED', providerPaymentId: `mp_${id}` },
    ),
  );
  await recordOutcomes(db, verdicts, null);
  await releaseSlot(db, batchId);
  return rows.map(({ id, payee_id }) => ({ id, payeeId: payee_id }));
}

/** All of a paid payment comes back. */
export const bringBack = (db: Db, { id }: SettledPayment): Promise<unknown> =>
  recordOutcomes(
    db,
    [toVerdict({ paymentId: id, generation: 1, failures: 0 }, returnedOutcome(`mp_${id}`))],
    null,
  );

/** As if a payment had been settled then. */
export const settledThen = (db: Db, { id }: SettledPayment, at: string): Promise<unknown> =>
  db.run(z.unknown(), 'update payments set completed_at = $2::timestamptz where id = $1', [id, at]);
