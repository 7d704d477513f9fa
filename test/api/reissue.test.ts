import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { SYSTEM } from '../../db/queries/actor.ts';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { recordOutcomes, toVerdict } from '../../db/queries/record-outcomes.ts';
import { deleteBatch } from '../../db/queries/stop-batch.ts';
import { returnedOutcome } from '../support/listing-provider.ts';
import { setCooldown } from '../support/security-policy.ts';
import { sentPayments, type SentPayment } from '../support/sent-payments.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

/** What no worker runs here would stand before the payments of the next test. */
afterEach(async () => {
  const queued = await api.db.run(
    z.object({ id: z.string() }),
    "select id from batches where status in ('PENDING', 'QUEUED')",
  );
  for (const { id } of queued) await deleteBatch(api.db, { batchId: id, actor: SYSTEM });
});

/** A payment that was paid and whose money came back. */
async function returnedPayment(blocks = false): Promise<SentPayment> {
  const [payment] = await sentPayments(api.db, 1, (providerPaymentId) => ({
    kind: 'SETTLED',
    providerPaymentId,
  }));
  if (!payment) throw new Error('no payment');
  const outcome = returnedOutcome(payment.providerPaymentId, blocks);
  if (outcome.kind !== 'RETURNED') throw new Error('not returned');
  const attempt = { paymentId: payment.id, generation: 1, failures: 0 };
  await recordOutcomes(api.db, [toVerdict(attempt, outcome)], null);
  return payment;
}

const expectSoundBooks = async () =>
  expect((await checkInvariants(api.db)).filter(({ breaches }) => breaches > 0)).toEqual([]);

const setAccount = (payment: SentPayment, set: string) =>
  api.db.run(
    z.unknown(),
    `update accounts set ${set} where id = (select account_id from payments where id = $1)`,
    [payment.id],
  );

test('P18: a returned payment is paid again by a new one that points at it, for exactly what it covered', async () => {
  const old = await returnedPayment();
  const answer = await api.post(`/payments/${old.id}/reissue`, { note: 'account corrected' });
  expect(answer.status).toBe(201);
  expect(answer.at('payment')).toMatchObject({
    reissueOf: old.id,
    amount: Number(old.amountMinor),
    status: 'PENDING',
  });
  expect(answer.at('batch')).toMatchObject({ paymentCount: 1, status: 'QUEUED' });
  const id = String(answer.at('payment.id'));
  expect((await api.get(`/payments/${old.id}`)).at('reissuedBy')).toBe(id);
  expect((await api.get(`/payments/${old.id}`)).at('payment.reissueOf')).toBe(null);
  expect((await api.get(`/payments/${id}`)).at('payment.reissueOf')).toBe(old.id);
  await expectSoundBooks();
});

test('a second reissue is 409, and of twenty at once one is made', async () => {
  const old = await returnedPayment();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api.post(`/payments/${old.id}/reissue`)),
  );
  const made = answers.filter(({ status }) => status === 201);
  expect(made).toHaveLength(1);
  const refused = answers.filter(({ status }) => status !== 201);
  expect(new Set(refused.map((answer) => answer.at('error.code')))).toEqual(
    new Set(['already_reissued']),
  );
  expect(refused[0]?.text).toContain(String(made[0]?.at('payment.id')));
  expect(
    await count(api.db, 'select count(*) as n from payments where reissue_of = $1', [old.id]),
  ).toBe(1);
  await expectSoundBooks();
});

test('the same Idempotency-Key gives the same reissue', async () => {
  const old = await returnedPayment();
  const headers = { 'idempotency-key': `reissue-${old.id}` };
  const first = await api.post(`/payments/${old.id}/reissue`, {}, { headers });
  const again = await api.post(`/payments/${old.id}/reissue`, {}, { headers });
  expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
});

test('a cancelled reissue may be made again', async () => {
  const old = await returnedPayment();
  const first = await api.post(`/payments/${old.id}/reissue`);
  const cancelled = await api.post(`/payments/${String(first.at('payment.id'))}/cancel`);
  expect(cancelled.status).toBe(200);
  const second = await api.post(`/payments/${old.id}/reissue`);
  expect([second.status, second.at('payment.reissueOf')]).toEqual([201, old.id]);
  await expectSoundBooks();
});

test.each([
  ['blocked by the return', 'blocked_at = now()', 'payee_hold', true],
  ['not verified', "kyc_status = 'PENDING'", 'kyc_pending', false],
  ['rejected', "kyc_status = 'REJECTED'", 'kyc_rejected', false],
  ['at another provider', "provider = 'xendit'", 'no_account', false],
] as const)('an account that is %s: 409 with the reason', async (_what, set, code, blocks) => {
  const old = await returnedPayment(blocks);
  await setAccount(old, set);
  const answer = await api.post(`/payments/${old.id}/reissue`);
  expect([answer.status, answer.at('error.code')]).toEqual([409, code]);
  expect(
    await count(api.db, 'select count(*) as n from payments where reissue_of = $1', [old.id]),
  ).toBe(0);
});

test('what another batch has taken meanwhile is not paid again', async () => {
  const old = await returnedPayment();
  const payee = String((await api.get(`/payments/${old.id}`)).at('payment.affiliateId'));
  const batch = await api.post('/batches', { affiliateIds: [payee] });
  expect(batch.status).toBe(201);
  const answer = await api.post(`/payments/${old.id}/reissue`);
  expect([answer.status, answer.at('error.code')]).toEqual([409, 'already_reissued']);
  await expectSoundBooks();
});

test('a payment of which nothing came back is 409, an unknown one 404', async () => {
  const [sent] = await sentPayments(api.db, 1);
  const answer = await api.post(`/payments/${sent?.id ?? ''}/reissue`);
  expect([answer.status, answer.at('error.code')]).toEqual([409, 'invalid_state']);
  const [failed] = await sentPayments(api.db, 1, () => ({
    kind: 'FAILED_FINAL',
    providerPaymentId: null,
    failure: { code: 'x', providerCode: 'x', payeeRemedy: 'x', operatorRemedy: 'x' },
  }));
  expect((await api.post(`/payments/${failed?.id ?? ''}/reissue`)).at('error.message')).toMatch(
    /retry it, or cancel it first/,
  );
  expect((await api.post(`/payments/pay_${'0'.repeat(32)}/reissue`)).status).toBe(404);
});

test('a provider that calls no money back: reverse is 409', async () => {
  const [paid] = await sentPayments(api.db, 1, (providerPaymentId) => ({
    kind: 'SETTLED',
    providerPaymentId,
  }));
  const answer = await api.post(`/payments/${paid?.id ?? ''}/reverse`, { reason: 'wrong payee' });
  expect([answer.status, answer.at('error.code')]).toEqual([409, 'invalid_state']);
});

test.each([
  ['releaseBlock', { releaseBlock: true }, false],
  ['another reference', { accountRef: 'another-account' }, true],
  ['other details', { details: { bank: 'Another Bank' } }, true],
])(
  'a block by a return is lifted by %s, and only then, and once no change cools down, is the payment reissued',
  async (_what, change, cools) => {
    await setCooldown(api.db, 72);
    const old = await returnedPayment(true);
    const account = String((await api.get(`/payments/${old.id}`)).at('account.id'));
    const path = `/api/disbursement/mock/accounts/${account}`;
    const decided = await api.call('PATCH', path, { json: { kycStatus: 'APPROVED' } });
    expect(decided.at('account.blockedCode')).toBe('account_blocked');
    expect((await api.post(`/payments/${old.id}/reissue`)).status).toBe(409);
    const lifted = await api.call('PATCH', path, { json: change });
    expect([lifted.status, lifted.at('account.blockedCode')]).toEqual([200, null]);
    const reissue = () => api.post(`/payments/${old.id}/reissue`);
    const atOnce = await reissue();
    await setCooldown(api.db, 0);
    const answer = cools ? await reissue() : atOnce;
    expect(atOnce.at('error.code') ?? null).toBe(cools ? 'account_changed' : null);
    expect([answer.status, answer.at('payment.reissueOf')]).toEqual([201, old.id]);
  },
);
