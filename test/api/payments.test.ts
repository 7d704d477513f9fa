import { beforeAll, expect, test } from 'vitest';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { addPayable } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();
const made = { batchId: '', affiliateId: '', paymentId: '' };

beforeAll(async () => {
  made.affiliateId = await addPayable(api, { amount: 4_200 });
  const batch = await api.post('/batches', { affiliateIds: [made.affiliateId] });
  made.batchId = String(batch.at('batch.id'));
  made.paymentId = String((await api.get(`/batches/${made.batchId}`)).at('batch.payments.0.id'));
});

test('payments are found by each filter', async () => {
  const { batchId, affiliateId, paymentId } = made;
  const found = [
    `status=PENDING`,
    `batchId=${batchId}`,
    `affiliateId=${affiliateId}`,
    `provider=mock`,
    `minAmount=4200&maxAmount=4200`,
    `from=2020-01-01`,
    `q=${paymentId}`,
    `q=${paymentId}:1`,
  ];
  for (const query of found) {
    expect([query, (await api.get(`/payments?${query}`)).at('payments.0.id')]).toEqual([
      query,
      paymentId,
    ]);
  }
  for (const query of ['status=COMPLETED', 'minAmount=4201', 'to=2020-01-01', 'q=nothing']) {
    expect([query, ...(await api.get(`/payments?${query}`)).list('payments')]).toEqual([query]);
  }
});

test('a payment answers with all that explains it', async () => {
  const answer = await api.get(`/payments/${made.paymentId}`);
  expect(answer.status).toBe(200);
  expect(answer.at('payment')).toMatchObject({ id: made.paymentId, amount: 4_200, attempts: 0 });
  expect(answer.at('commissions.0')).toMatchObject({ amount: 4_200, paymentId: made.paymentId });
  expect(answer.at('batch')).toMatchObject({
    id: made.batchId,
    workflowId: `batch/${made.batchId}`,
  });
  expect(answer.at('account')).toMatchObject({ kycStatus: 'APPROVED' });
  expect([answer.list('attempts'), answer.list('webhookEvents')]).toEqual([[], []]);
});

test('why tells the story in order and whose move it is', async () => {
  const answer = await api.get(`/payments/${made.paymentId}/why`);
  expect(answer.at('waitingOn')).toMatch(/not been executed/);
  expect(answer.at('workflowId')).toBe(`batch/${made.batchId}`);
  expect(answer.at('steps.0')).toMatchObject({
    what: 'batch.created',
    by: `key:${api.keys.super_admin.id}`,
  });
});

test('a payment that cannot be tried again is 409', async () => {
  const answer = await api.post(`/payments/${made.paymentId}/retry`);
  expect([answer.status, answer.at('error.code')]).toEqual([409, 'invalid_state']);
});

test('an unsent payment is cancelled once, its commissions are payable again, its past stays readable', async () => {
  const answer = await api.post(`/payments/${made.paymentId}/cancel`, { reason: 'wrong amount' });
  expect(answer.status).toBe(200);
  expect(answer.at('payment')).toMatchObject({
    status: 'CANCELLED',
    failureCode: 'cancelled_by_person',
    failureReason: 'wrong amount',
  });
  expect((await api.post(`/payments/${made.paymentId}/cancel`, { reason: 'again' })).status).toBe(
    409,
  );
  expect(
    (await api.get(`/affiliates/${made.affiliateId}`)).at(
      'affiliate.pendingCommissions.0.paymentId',
    ),
  ).toBe(null);
  expect((await api.get(`/payments/${made.paymentId}`)).list('commissions')).toHaveLength(1);
  const why = await api.get(`/payments/${made.paymentId}/why`);
  expect(why.list('steps').at(-1)).toMatchObject({
    what: 'payment.cancelled',
    details: { to: 'CANCELLED', reason: 'wrong amount' },
  });
  expect((await checkInvariants(api.db)).filter(({ breaches }) => breaches > 0)).toEqual([]);
});

test('the audit log is found by each filter, newest first', async () => {
  const { batchId, paymentId } = made;
  const path = (query: string) => `/audit-logs?${query}`;
  expect((await api.get(path(`batchId=${batchId}&limit=1`))).at('auditLogs.0.action')).toBe(
    'payment.cancelled',
  );
  expect((await api.get(path(`paymentId=${paymentId}`))).at('auditLogs.0')).toMatchObject({
    paymentId,
    fromState: 'PENDING',
    toState: 'CANCELLED',
  });
  const created = await api.get(
    path(
      `action=batch.created&status=SUCCESS&actor=key:${api.keys.super_admin.id}&from=2020-01-01`,
    ),
  );
  expect(created.at('auditLogs.0')).toMatchObject({
    batchId,
    actor: `key:${api.keys.super_admin.id}`,
  });
  expect((await api.get(path('to=2020-01-01'))).body).toEqual({ auditLogs: [], nextCursor: null });
});

test('the ledger answers balances, entries and that it balances', async () => {
  const balances = await api.get('/ledger/balances?currency=USD');
  const sum = balances
    .list('balances')
    .reduce<number>((total, each) => total + Number(Reflect.get(Object(each), 'balance')), 0);
  expect([balances.list('balances').length, sum]).toEqual([2, 0]);
  const entries = await api.get(`/ledger/entries?payeeId=${made.affiliateId}&limit=1`);
  expect(entries.at('entries.0')).toMatchObject({
    line: 1,
    account: 'commission_expense',
    side: 'debit',
    amount: 4_200,
  });
  const next = await api.get(
    `/ledger/entries?payeeId=${made.affiliateId}&cursor=${String(entries.at('nextCursor'))}`,
  );
  expect(next.at('entries.0')).toMatchObject({ line: 2, account: 'payee_payable', side: 'credit' });
  expect((await api.get('/ledger/check')).body).toEqual({
    balanced: true,
    entries: 1,
    differences: [],
    derived: [],
  });
});
