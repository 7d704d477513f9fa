import { expect } from 'vitest';
import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { errorCode } from '../../db/errors.ts';
import { newId } from '../../db/new-id.ts';
import { bindAccounts } from '../../db/queries/bind-accounts.ts';
import { claimAttempts, type AttemptClaim } from '../../db/queries/claim-attempts.ts';
import { closeBatch } from '../../db/queries/close-batch.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { yieldSlot } from '../../db/queries/pause-batch.ts';
import type { NewRelease } from '../../db/queries/schedule-release.ts';
import { guardOnce } from '../../db/queries/guard-batch.ts';
import { acquireSlot, releaseSlot } from '../../db/queries/slot.ts';
import { insertPayee, releaseTo, schedule } from './releases.ts';

/** All chunks of a small batch. */
export const ALL = { fromChunk: 0, toChunk: 1_000 };

/** The code of the error that work ends in; `accepted` where it ends well. */
export const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'accepted',
    (error: unknown) => errorCode(error) ?? String(error),
  );

/** What tests of releases ask a database and do with it, by the statements of the product. */
export function escrowBooks(db: () => Db, projectId: () => string) {
  const numberOf = async (text: string, values: unknown[] = []): Promise<number> => {
    const rows = await db().run(
      z.object({ n: z.union([z.bigint(), z.string(), z.number()]) }),
      text,
      values,
    );
    return Number(rows[0]?.n ?? 0);
  };

  const payee = (kycStatus: string | null = 'APPROVED') => insertPayee(db(), kycStatus);

  const payees = async (nets: readonly bigint[]) => {
    const found = [];
    for (const netMinor of nets) found.push({ payeeId: await payee(), netMinor });
    return found;
  };

  const paymentsOf = ({ batchId }: NewRelease) =>
    db().run(
      z.object({
        id: z.string(),
        payee_id: z.string(),
        amount_minor: z.bigint(),
        status: z.string(),
        account_ref: z.string().nullable(),
        hold_reason: z.string().nullable(),
        failure_code: z.string().nullable(),
        updated_at: z.string(),
      }),
      'select id, payee_id, amount_minor, status, account_ref, hold_reason, failure_code, updated_at::text from payments where batch_id = $1 order by ordinal',
      [batchId],
    );

  const batchOf = async ({ batchId }: NewRelease) =>
    (
      await db().run(z.object({ status: z.string() }), 'select status from batches where id = $1', [
        batchId,
      ])
    )[0];

  const balanceOf = (payeeId: string): Promise<number> =>
    numberOf(
      'select coalesce(sum(amount_minor), 0) as n from payables where payee_id = $1 and payment_id is null and paid_at is null',
      [payeeId],
    );

  const booked = ({ batchId }: NewRelease, account: string): Promise<number> =>
    numberOf(
      `select coalesce(sum(case side when 'credit' then amount_minor else -amount_minor end), 0) as n
     from ledger_entries where batch_id = $1 and account = $2`,
      [batchId, account],
    );

  /** Gives the batch the slot, and takes it away again; the others are out of its way. */
  async function run(release: NewRelease, work: () => Promise<void>): Promise<void> {
    const others =
      "update batches set paused_at = now(), paused_reason = 'test' where id <> $1 and status = 'QUEUED' and paused_at is null";
    await db().run(z.unknown(), others, [release.batchId]);
    expect(await acquireSlot(db(), release.batchId)).toBe(true);
    await guardOnce(db(), release.batchId);
    await work();
    await yieldSlot(db(), release.batchId, 'test', false);
  }

  /** The intents to send each payment as it is now. */
  const intents = async (release: NewRelease): Promise<AttemptClaim[]> =>
    (await paymentsOf(release)).map(({ id, updated_at }) => ({
      paymentId: id,
      generation: 1,
      requestHash: 'hash',
      requestSealed: null,
      seenAt: updated_at,
    }));

  /** Writes the intent to send every payment that may be sent. */
  async function send(release: NewRelease): Promise<void> {
    await claimAttempts(db(), release.batchId, await intents(release), 'fence');
  }

  async function addAccount(payeeId: string, kycStatus: string): Promise<void> {
    await db().run(
      z.unknown(),
      "insert into accounts (id, payee_id, provider, account_ref, kyc_status) values ($1, $2, 'mock', 'late-' || $2, $3)",
      [newId('account'), payeeId, kycStatus],
    );
  }

  /** A release to one payee without an account, held since its batch ran. */
  async function parked(): Promise<{ release: NewRelease; payeeId: string }> {
    const payeeId = await payee(null);
    const release = await schedule(db(), releaseTo(projectId(), [{ payeeId, netMinor: 400n }]));
    await run(release, async () => {
      await bindAccounts(db(), release.batchId, ALL);
      await releaseSlot(db(), release.batchId);
      await closeBatch(db(), release.batchId);
    });
    return { release, payeeId };
  }

  const breaches = async () =>
    (await checkInvariants(db())).filter((invariant) => invariant.breaches > 0);
  return {
    numberOf,
    payee,
    payees,
    paymentsOf,
    batchOf,
    balanceOf,
    booked,
    run,
    send,
    intents,
    addAccount,
    parked,
    breaches,
  };
}
