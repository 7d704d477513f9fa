import { expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import { claimAttempts } from '../../db/queries/claim-attempts.ts';
import { continueParked } from '../../db/queries/parked-payments.ts';
import { retryDuePayments, retryPayments } from '../../db/queries/retry-payments.ts';
import { batchFor } from './support/approvals.ts';
import { addPayable } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

/** Details that were changed after people approved where the money goes; the cool-down is over. */
const api = useTestApi();
const sql = (text: string, values: readonly unknown[]) => api.db.run(z.unknown(), text, values);
const paymentRow = z.object({
  id: z.string(),
  status: z.string(),
  hold_reason: z.string().nullable(),
  generation: z.number(),
  updated_at: z.string(),
});

/** A payment that is due, of a batch of 80 hours ago, to an account that a thief changed 73 hours ago. */
async function addChanged() {
  const payeeId = await addPayable(api, { amount: 20_000 });
  const { id: batchId } = await batchFor(api, [payeeId]);
  expect((await api.post(`/batches/${batchId}/execute`, {}, { as: 'processor' })).status).toBe(202);
  await sql("update batches set status = 'SETTLING' where status = 'PROCESSING'", []);
  await sql("update batches set status = 'PROCESSING', executed_at = now() where id = $1", [
    batchId,
  ]);
  const age = "now() - interval '80 hours'";
  await sql(`update payments set created_at = ${age}, updated_at = ${age} where batch_id = $1`, [
    batchId,
  ]);
  await sql(
    `update accounts set created_at = now() - interval '1 year', changed_by = 'user:thief',
       changed_at = now() - interval '73 hours' where payee_id = $1`,
    [payeeId],
  );
  return { payeeId, batchId };
}
type Changed = Awaited<ReturnType<typeof addChanged>>;

async function paymentOf({ batchId }: Changed) {
  const text =
    'select id, status, hold_reason, generation, updated_at::text as updated_at from payments where batch_id = $1';
  const [row] = await api.db.run(paymentRow, text, [batchId]);
  if (!row) throw new Error('the batch has no payment');
  return row;
}

async function claim(changed: Changed): Promise<[number, string, string | null]> {
  const { id, generation, updated_at } = await paymentOf(changed);
  const request = { requestHash: 'hash', requestSealed: null, seenAt: updated_at };
  const claims = [{ paymentId: id, generation: generation + 1, ...request }];
  const claimed = await claimAttempts(api.db, changed.batchId, claims, newId('event'));
  const { status, hold_reason } = await paymentOf(changed);
  return [claimed.size, status, hold_reason];
}

const HELD = [0, 'ON_HOLD', 'account_changed'];

async function fail({ batchId }: Changed): Promise<void> {
  await sql("update payments set status = 'PROCESSING' where batch_id = $1", [batchId]);
  const text =
    "update payments set status = 'FAILED', retry_at = now(), updated_at = now() where batch_id = $1";
  await sql(text, [batchId]);
}

test('a hold of the payee that comes and goes does not have changed details sent to', async () => {
  const changed = await addChanged();
  const hold = (kind: string | null) =>
    sql('update payees set hold_reason = $2, hold_kind = $2 where id = $1', [
      changed.payeeId,
      kind,
    ]);
  await hold('manual');
  expect(await claim(changed)).toEqual(HELD);
  await hold(null);
  expect(await continueParked(api.db, changed.batchId)).toBe(0);
  await sql(
    "update payments set hold_reason = 'payee_hold', held_at = now(), updated_at = now() where batch_id = $1",
    [changed.batchId],
  );
  expect(await continueParked(api.db, changed.batchId)).toBe(0);
  expect(await paymentOf(changed)).toMatchObject({ status: 'ON_HOLD' });
});

test('a retry by itself does not have changed details sent to', async () => {
  const changed = await addChanged();
  await fail(changed);
  expect(await retryDuePayments(api.db, changed.batchId)).toBe(1);
  expect(await claim(changed)).toEqual(HELD);
});

test.each([
  ['FAILED', fail],
  ['ON_HOLD', claim],
])(
  'who changed the account does not have a payment that is %s tried again; somebody else does, up to the next change',
  async (status, prepare) => {
    const changed = await addChanged();
    await prepare(changed);
    expect(await paymentOf(changed)).toMatchObject({ status });
    expect(await retryPayments(api.db, changed.batchId, null, 'user:thief')).toBe(0);
    expect(await retryPayments(api.db, changed.batchId, null, 'user:somebody')).toBe(1);
    await sql(
      "update accounts set changed_at = changed_at + interval '1 minute' where payee_id = $1",
      [changed.payeeId],
    );
    expect(await claim(changed)).toEqual(HELD);
    expect(await retryPayments(api.db, changed.batchId, null, 'user:somebody')).toBe(1);
    expect(await claim(changed)).toEqual([1, 'PROCESSING', null]);
  },
);
