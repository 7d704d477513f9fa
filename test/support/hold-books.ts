import { expect } from 'vitest';
import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { SYSTEM } from '../../db/queries/actor.ts';
import { claimAttempts } from '../../db/queries/claim-attempts.ts';
import { closeBatch } from '../../db/queries/close-batch.ts';
import { createBatch } from '../../db/queries/create-batch.ts';
import { listHolds, releaseHold } from '../../db/queries/holds.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { placeHold, type NewHold } from '../../db/queries/place-hold.ts';
import { queueIfCleared } from '../../db/queries/queue-batch.ts';
import { recordOutcomes, toVerdict } from '../../db/queries/record-outcomes.ts';
import { acquireSlot, releaseSlot } from '../../db/queries/slot.ts';
import { updateAccount } from '../../db/queries/write-account.ts';
import { OPEN_LIMITS } from '../../domain/eligibility.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { sentPayments, type SentPayment } from './sent-payments.ts';
import { testVault } from './vault.ts';

/** The code of the error that work ends in; `accepted` where it ends well. */
export const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) => String(Reflect.get(Object(error), 'code')),
  );

/** Of an account that is wrong. */
export const failure = {
  code: 'invalid_account',
  providerCode: 'x',
  payeeRemedy: 'x',
  operatorRemedy: 'x',
};
/** The provider refuses the account. */
export const forGood: Outcome = { kind: 'FAILED_FINAL', failure, providerPaymentId: null };

/** What tests of holds ask a database and do with it, by the statements of the product. */
export function holdBooks(db: () => Db) {
  const one = async <Row>(row: z.ZodType<Row>, text: string, id: string): Promise<Row> => {
    const [found] = await db().run(row, text, [id]);
    if (!found) throw new Error(`no row for ${id}`);
    return found;
  };

  const place = (
    subject: NewHold['subject'],
    subjectId: string,
    given: Partial<NewHold> = {},
  ): Promise<{ id: string }> =>
    placeHold(db(), {
      id: newId('hold'),
      subject,
      subjectId,
      kind: 'manual',
      reason: 'looked at',
      owner: 'ana',
      expiresAt: null,
      actor: SYSTEM,
      ...given,
    });

  const release = (id: string) => releaseHold(db(), id, 'cleared', SYSTEM);

  const payeeOf = (id: string) =>
    one(
      z.object({ hold_reason: z.string().nullable(), hold_kind: z.string().nullable() }),
      'select hold_reason, hold_kind from payees where id = $1',
      id,
    );

  const payableOf = (commissionId: string) =>
    one(
      z.object({
        id: z.string(),
        amount_minor: z.bigint(),
        commission_count: z.number(),
        held: z.boolean(),
        open: z.boolean(),
      }),
      `select p.id, p.amount_minor, p.commission_count, p.held, p.open from payables p
     join commissions c on c.payable_id = p.id where c.id = $1`,
      commissionId,
    );

  const paymentOf = (id: string) =>
    one(
      z.object({ status: z.string(), hold_reason: z.string().nullable(), batch: z.string() }),
      `select p.status, p.hold_reason, b.status as batch from payments p join batches b on b.id = p.batch_id where p.id = $1`,
      id,
    );

  const breaches = async () => (await checkInvariants(db())).filter((found) => found.breaches > 0);

  /** Passes the end of a hold, which is fixed otherwise. */
  async function pass(holdId: string): Promise<void> {
    await db().run(z.unknown(), 'alter table holds disable trigger holds_fixed');
    await db().run(
      z.unknown(),
      "update holds set expires_at = now() - interval '1 s' where id = $1",
      [holdId],
    );
    await db().run(z.unknown(), 'alter table holds enable trigger holds_fixed');
  }

  /** One more earning in the open payable of a payee. */
  async function addEarning(
    payeeId: string,
    payableId: string,
    amountMinor: bigint,
  ): Promise<string> {
    const id = newId('commission');
    await db().run(
      z.unknown(),
      `with sums as (
       update payables set amount_minor = amount_minor + $4, commission_count = commission_count + 1 where id = $3
     ),
     books as (
       insert into ledger_entries (entry_id, line, account, side, amount_minor, currency, payee_id)
       values ($1 || ':earned', 1, 'commission_expense', 'debit', $4, 'USD', $2),
              ($1 || ':earned', 2, 'payee_payable', 'credit', $4, 'USD', $2)
     )
     insert into commissions (id, external_id, payee_id, amount_minor, currency, status, payable_id, earned_at)
     values ($1, $1, $2, $4, 'USD', 'APPROVED', $3, now())`,
      [id, payeeId, payableId, amountMinor],
    );
    return id;
  }

  /** A batch that holds the slot, with a payment to each payee. */
  async function runningBatch(affiliateIds: readonly string[]) {
    const batchId = newId('batch');
    const request = { affiliateIds, currency: 'USD', provider: 'mock', requiredApprovals: 0 };
    await createBatch(db(), { batchId, actor: SYSTEM, limits: OPEN_LIMITS, ...request });
    await queueIfCleared(db(), batchId, SYSTEM);
    expect(await acquireSlot(db(), batchId)).toBe(true);
    const rows = await db().run(
      z.object({ id: z.string(), payee_id: z.string() }),
      'select id, payee_id from payments where batch_id = $1 order by ordinal',
      [batchId],
    );
    return { batchId, payments: rows };
  }

  /** Writes the intents to send, in that generation; answers the payments that may be sent. */
  async function claim(batchId: string, generation = 1): Promise<Set<string>> {
    const rows = await db().run(
      z.object({ id: z.string(), seen_at: z.string() }),
      'select id, updated_at::text as seen_at from payments where batch_id = $1',
      [batchId],
    );
    const intent = { generation, requestHash: 'hash', requestSealed: null };
    return claimAttempts(
      db(),
      batchId,
      rows.map(({ id, seen_at }) => ({ ...intent, paymentId: id, seenAt: seen_at })),
      'fence',
    );
  }

  async function end(batchId: string): Promise<void> {
    await releaseSlot(db(), batchId);
    await closeBatch(db(), batchId);
  }

  const settled = (id: string, generation = 1) =>
    recordOutcomes(
      db(),
      [
        toVerdict(
          { paymentId: id, generation, failures: 0 },
          { kind: 'SETTLED', providerPaymentId: `mp_${id}` },
        ),
      ],
      null,
    );

  const accountOf = (paymentId: string) =>
    one(
      z.object({ id: z.string(), payee_id: z.string(), failed_hold: z.boolean() }),
      'select a.id, a.payee_id, a.failed_hold from accounts a join payments p on p.account_id = a.id where p.id = $1',
      paymentId,
    );

  const failedHolds = async (payeeId: string) =>
    (await listHolds(db(), { subject: 'payee', subjectId: payeeId, limit: 10 })).filter(
      ({ kind }) => kind === 'payment_failed',
    );

  async function changeDetails(payeeId: string): Promise<void> {
    const { id } = await one(
      z.object({ id: z.string() }),
      'select id from accounts where payee_id = $1',
      payeeId,
    );
    const details = { iban: 'DE89370400440532013000' };
    await updateAccount(db(), testVault, 'mock', id, { details }, SYSTEM);
  }

  async function failedPayment(outcome: Outcome = forGood): Promise<SentPayment> {
    const [payment] = await sentPayments(db(), 1, () => outcome);
    if (!payment) throw new Error('no payment was made');
    return payment;
  }

  return {
    one,
    place,
    release,
    payeeOf,
    payableOf,
    paymentOf,
    breaches,
    pass,
    addEarning,
    runningBatch,
    claim,
    end,
    settled,
    accountOf,
    failedHolds,
    changeDetails,
    failedPayment,
  };
}
