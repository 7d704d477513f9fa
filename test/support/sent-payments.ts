import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { claimAttempts } from '../../db/queries/claim-attempts.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { recordOutcomes, toVerdict } from '../../db/queries/record-outcomes.ts';
import { acquireSlot, releaseSlot } from '../../db/queries/slot.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import { paymentReference } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { insertPayable } from './rows.ts';

/** A payment that was sent, in a batch that settles. */
export interface SentPayment {
  id: string;
  batchId: string;
  reference: string;
  providerPaymentId: string;
  amountMinor: bigint;
}

const rowSchema = z.object({ id: z.string(), amount_minor: z.bigint(), seen_at: z.string() });

/**
 * Payments brought to where a provider holds them (or has said something else: `answer`), by the
 * statements of the product itself and without a provider. Their batch has left the slot.
 */
export async function sentPayments(
  db: Db,
  count: number,
  answer: (providerPaymentId: string) => Outcome = (providerPaymentId) => ({
    kind: 'ACCEPTED',
    providerPaymentId,
  }),
): Promise<SentPayment[]> {
  const affiliateIds = [];
  for (let made = 0; made < count; made += 1) affiliateIds.push((await insertPayable(db)).payeeId);
  const batchId = newId('batch');
  const request = { affiliateIds, currency: 'USD', provider: 'mock', requiredApprovals: 0 };
  await createBatch(db, { batchId, actor: SYSTEM, limits: OPEN_LIMITS, ...request });
  await queueIfCleared(db, batchId, SYSTEM);
  if (!(await acquireSlot(db, batchId))) throw new Error('another batch holds the slot');
  const rows = await db.run(
    rowSchema,
    'select id, amount_minor, updated_at::text as seen_at from payments where batch_id = $1 order by ordinal',
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
  const sent = rows.map(({ id, amount_minor }) => ({
    id,
    batchId,
    reference: paymentReference(id, 1),
    providerPaymentId: `mp_${id}`,
    amountMinor: amount_minor,
  }));
  const verdicts = sent.map(({ id, providerPaymentId }) =>
    toVerdict({ paymentId: id, generation: 1, failures: 0 }, answer(providerPaymentId)),
  );
  await recordOutcomes(db, verdicts, null);
  await releaseSlot(db, batchId);
  return sent;
}

/** The state of each payment, by its id. */
export async function statesOf(db: Db, payments: readonly { id: string }[]) {
  const rows = await db.run(
    z.object({ id: z.string(), status: z.string() }),
    'select id, status from payments where id = any($1)',
    [payments.map(({ id }) => id)],
  );
  return new Map(rows.map(({ id, status }) => [id, status]));
}
