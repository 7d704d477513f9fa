import { expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import { insertEarned, insertMaturing, insertProgramme, insertRule } from '../support/earned.ts';
import { addPayable, affiliate, commission } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

const why = (id: string, query = '') => api.get(`/affiliates/${id}/why-not-paid${query}`);
const codes = (answer: Awaited<ReturnType<typeof why>>, place = 0) =>
  answer.list(`currencies.${place}.reasons`).map((each) => Reflect.get(Object(each), 'code'));
const sql = (text: string, values: unknown[]) => api.db.run(z.unknown(), text, values);

test('nothing stands against paying what is payable', async () => {
  const id = await addPayable(api, { amount: 2_500 });
  const answer = await why(id);
  expect(answer.status).toBe(200);
  expect(answer.at('currencies.0')).toMatchObject({
    currency: 'USD',
    payable: true,
    reasons: [],
    payableAmount: 2_500,
    minimum: { amount: 100, from: 'currency', rule: null },
    maximum: null,
    inFlight: [],
    lastLeftOut: null,
  });
});

test('what has matured is payable at once, as a batch that is made then takes it', async () => {
  const id = await addPayable(api, { amount: 2_500 });
  await insertMaturing(api.db, id, -900n, new Date(Date.now() - 1_000));
  await insertMaturing(api.db, id, 5_000n, new Date(Date.now() + 3_600_000));
  expect((await why(id)).at('currencies.0')).toMatchObject({
    payable: true,
    payableAmount: 1_600,
    maturingAmount: 5_000,
  });
  const paid = await api.post('/batches', { affiliateIds: [id] });
  expect(paid.at('batch.totalAmount')).toBe(1_600);
});

test('carry-over: below the minimum of the rule, period after period, until it is reached', async () => {
  const id = await addPayable(api, { amount: 1_500 });
  const payout = { minimums: [{ currency: 'USD', amount: 5_000 }] };
  const ruleId = await insertRule(api.db, { payout }, { payeeId: id });
  const batchIds: unknown[] = [];
  for (const amount of [1_500, 1_400]) {
    const other = await addPayable(api, { amount: 9_000 });
    const batch = await api.post('/batches', { affiliateIds: [id, other] });
    expect(batch.at('excluded.0')).toMatchObject({ affiliateId: id, code: 'below_minimum' });
    expect(batch.at('batch.skipped')).toMatchObject([{ code: 'below_minimum', count: 1 }]);
    batchIds.push(batch.at('batch.id'));
    const answer = await why(id);
    expect(codes(answer)).toEqual(['below_minimum']);
    expect(answer.at('currencies.0')).toMatchObject({
      payable: false,
      minimum: { amount: 5_000, from: 'rule', rule: { ruleId, version: 1 } },
      lastLeftOut: {
        batchId: batch.at('batch.id'),
        code: 'below_minimum',
        remedy: expect.any(String),
      },
    });
    await api.post('/commissions', commission(id, { amount }));
  }
  const page = await api.get(`/batches/${String(batchIds[0])}/exclusions?code=below_minimum`);
  expect(page.body).toMatchObject({
    exclusions: [{ affiliateId: id, code: 'below_minimum', reason: expect.any(String) }],
    nextCursor: null,
  });
  const none = await api.get(`/batches/${String(batchIds[0])}/exclusions?code=no_account`);
  expect(none.list('exclusions')).toEqual([]);
  expect(codes(await why(id))).toEqual(['below_minimum']);
  await api.post('/commissions', commission(id, { amount: 600 }));
  expect((await why(id)).at('currencies.0.payable')).toBe(true);
  const paid = await api.post('/batches', { affiliateIds: [id] });
  expect(paid.at('batch.totalAmount')).toBe(5_000);
});

test('a refund after the payment is netted; what is still owed back is said to be a debt', async () => {
  const id = await addPayable(api, { amount: 3_000 });
  const other = await addPayable(api);
  await api.post('/batches', { affiliateIds: [id] });
  await api.post('/commissions', commission(id, { amount: -1_200 }));
  const skipped = await api.post('/batches', { affiliateIds: [id, other] });
  expect(skipped.at('excluded.0')).toMatchObject({ affiliateId: id, code: 'negative_balance' });
  const answer = await why(id);
  expect(codes(answer)).toEqual(['negative_balance']);
  expect(answer.at('currencies.0')).toMatchObject({
    payableAmount: -1_200,
    inFlight: [{ amount: 3_000 }],
  });
  await api.post('/commissions', commission(id, { amount: 2_000 }));
  const paid = await api.post('/batches', { affiliateIds: [id] });
  expect(paid.at('batch.totalAmount')).toBe(800);
});

test('all that applies is told at once, with what would help', async () => {
  const id = await addPayable(api, { amount: 50, kycStatus: 'PENDING' });
  await sql("update payees set hold_reason = 'looks odd', hold_kind = 'risk' where id = $1", [id]);
  await sql('update accounts set failed_hold = true where payee_id = $1', [id]);
  await sql(
    `insert into holds (id, subject_kind, subject_id, kind, reason, owner, created_by)
     values ($1, 'payee', $2, 'risk', 'looks odd', 'risk-team', 'test')`,
    [newId('hold'), id],
  );
  const answer = await why(id);
  expect(codes(answer)).toEqual(['risk_hold', 'payee_hold', 'kyc_pending', 'below_minimum']);
  expect(answer.at('currencies.0.reasons.0.remedy')).toMatch(/release the hold/);
  expect(answer.list('holds')).toMatchObject([
    {
      kind: 'risk',
      reason: 'looks odd',
      owner: 'risk-team',
      expiresAt: null,
      subject: { kind: 'payee', id },
    },
  ]);
});

test('what matures, what is kept back and what is in flight stand apart', async () => {
  const id = await addPayable(api, { amount: 4_000 });
  await api.post('/batches', { affiliateIds: [id] });
  await sql(
    "update payments set status = 'ON_HOLD', hold_reason = 'account_changed', held_at = now() where payee_id = $1",
    [id],
  );
  await insertEarned(api.db, id, { amountMinor: 700n, held: true });
  const availableAt = '2099-01-01T00:00:00.000Z';
  await api.post('/commissions', commission(id, { amount: 900, availableAt, status: 'APPROVED' }));
  const answer = await why(id);
  expect(codes(answer)).toEqual(['in_flight', 'account_changed']);
  expect(answer.at('currencies.0')).toMatchObject({
    payableAmount: 0,
    heldAmount: 700,
    maturingAmount: 900,
    nextAvailableAt: availableAt,
    inFlight: [{ status: 'ON_HOLD', holdReason: 'account_changed', amount: 4_000 }],
  });
});

test('currencies, providers and programmes are told apart', async () => {
  const programmeId = await insertProgramme(api.db, 'Another');
  const id = await addPayable(api, { amount: 4_000, currency: 'EUR' });
  await insertEarned(api.db, id, { amountMinor: 250n, currency: 'EUR', programmeId });
  const all = await why(id);
  expect(all.at('currencies.0')).toMatchObject({ currency: 'EUR', payableAmount: 4_250 });
  const one = await why(id, `?programmeId=${programmeId}`);
  expect(one.at('currencies.0')).toMatchObject({ payableAmount: 250, payable: true });
  expect(one.at('programmeId')).toBe(programmeId);
  expect(codes(await why(id, '?currency=USD'))).toEqual(['currency_mismatch']);
  expect(codes(await why(id, '?provider=riseworks'))).toContain('no_account');
  expect((await why(id, `?programmeId=${newId('programme')}`)).status).toBe(422);
  expect((await why(newId('payee'))).status).toBe(404);
});

test('who is owed nothing is told so in the own currency', async () => {
  const made = await api.post('/affiliates', affiliate({ currency: 'GBP' }));
  const answer = await why(String(made.at('items.0.id')));
  expect(answer.at('currencies.0')).toMatchObject({ currency: 'GBP', payable: false });
  expect(codes(answer)).toEqual(['no_account', 'below_minimum']);
});
