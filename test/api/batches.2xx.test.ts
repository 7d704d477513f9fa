import { expect, test } from 'vitest';
import { addPayable, affiliate, commission, unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

async function makeBatch(payees = 1): Promise<{ id: string; affiliateIds: string[] }> {
  const affiliateIds = [];
  for (let made = 0; made < payees; made += 1) affiliateIds.push(await addPayable(api));
  const answer = await api.post('/batches', { affiliateIds });
  expect(answer.status).toBe(201);
  return { id: String(answer.at('batch.id')), affiliateIds };
}

test('a preview says who is paid, who is not and why, and changes nothing', async () => {
  const paid = await addPayable(api);
  const noAccount = await addPayable(api, { kycStatus: null });
  const small = await addPayable(api, { amount: 99 });
  const before = await count(api.db, 'select count(*) as n from audit_logs');
  const answer = await api.post('/batches/preview', { affiliateIds: [paid, noAccount, small] });
  expect(answer.status).toBe(200);
  const codes = answer
    .list('preview')
    .map((item) => [Reflect.get(Object(item), 'affiliateId'), Reflect.get(Object(item), 'code')]);
  expect(new Map(codes as [string, string][])).toEqual(
    new Map([
      [paid, null],
      [noAccount, 'no_account'],
      [small, 'below_minimum'],
    ]),
  );
  expect(answer.at('summary')).toMatchObject({
    totalAffiliates: 3,
    eligibleAffiliates: 1,
    totalAmount: 2_500,
    currency: 'USD',
    chunks: 1,
    providerBalance: expect.any(Number),
  });
  expect(await count(api.db, 'select count(*) as n from audit_logs')).toBe(before);
});

test('a batch is made of what is payable, with the reasons of those left out', async () => {
  const paid = await addPayable(api);
  const pending = await addPayable(api, { kycStatus: 'PENDING' });
  const answer = await api.post('/batches', { affiliateIds: [paid, pending], note: 'November' });
  expect(answer.status).toBe(201);
  expect(answer.at('batch')).toMatchObject({
    id: expect.stringMatching(/^bat_/),
    status: 'PENDING',
    totalAmount: 2_500,
    paymentCount: 1,
    note: 'November',
    counts: { PENDING: 1, COMPLETED: 0 },
    amounts: { PENDING: 2_500 },
    createdBy: `key:${api.keys.super_admin.id}`,
  });
  expect(answer.at('excluded')).toEqual([
    { affiliateId: pending, code: 'kyc_pending', reason: expect.any(String) },
  ]);
});

test('a batch is made with the preview that fits, and refused with one that does not', async () => {
  const id = await addPayable(api);
  const preview = await api.post('/batches/preview', { affiliateIds: [id] });
  const previewHash = preview.at('previewHash');
  await api.post('/commissions', commission(id));
  const stale = await api.post('/batches', { affiliateIds: [id], previewHash });
  expect([stale.status, stale.at('error.code')]).toEqual([409, 'preview_stale']);
  const again = await api.post('/batches/preview', { affiliateIds: [id] });
  const made = await api.post('/batches', {
    affiliateIds: [id],
    previewHash: again.at('previewHash'),
  });
  expect(made.status).toBe(201);
});

test('where nobody can be paid the answer is 400 no_payable_affiliates', async () => {
  const answer = await api.post('/batches', {
    affiliateIds: [await addPayable(api, { amount: 1 })],
  });
  expect([answer.status, answer.at('error.code')]).toEqual([400, 'no_payable_affiliates']);
});

test('a batch answers its payments, audit rows and result, and is found in the list', async () => {
  const { id, affiliateIds } = await makeBatch(2);
  const answer = await api.get(`/batches/${id}`);
  expect(answer.status).toBe(200);
  expect(
    answer.list('batch.payments').map((payment) => Reflect.get(Object(payment), 'affiliateId')),
  ).toEqual(affiliateIds.toSorted());
  expect(answer.at('batch.payments.0')).toMatchObject({
    status: 'PENDING',
    amount: 2_500,
    currency: 'USD',
    provider: 'mock',
    attempts: 0,
    reference: expect.stringMatching(/^pay_[0-9a-f]{32}:1$/),
  });
  expect(answer.at('batch.auditLogs.0.action')).toBe('batch.created');
  expect(answer.at('batch.result')).toEqual({
    success: false,
    totalAmount: 0,
    successCount: 0,
    failedCount: 0,
    heldCount: 0,
    errors: [],
  });
  const found = await api.get(
    `/batches?status=PENDING&provider=mock&currency=USD&q=${Number(answer.at('batch.batchNumber'))}&limit=5`,
  );
  expect(found.at('batches.0.id')).toBe(id);
  expect((await api.get(`/batches?status=FAILED`)).list('batches')).toEqual([]);
});

test('pages of batches and payments follow each other without gaps while rows are added', async () => {
  const { id } = await makeBatch(5);
  const seen: unknown[] = [];
  let cursor: string | null = '';
  for (let page = 0; page < 5 && cursor !== null; page += 1) {
    const answer = await api.get(
      `/batches/${id}/payments?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    seen.push(...answer.list('payments').map((payment) => Reflect.get(Object(payment), 'id')));
    cursor = answer.text.includes('"nextCursor":null') ? null : String(answer.at('nextCursor'));
  }
  expect(new Set(seen).size).toBe(5);
  const first = await api.get('/batches?limit=1');
  await makeBatch();
  const second = await api.get(`/batches?limit=1&cursor=${String(first.at('nextCursor'))}`);
  expect(second.at('batches.0.batchNumber')).toBe(Number(first.at('batches.0.batchNumber')) - 1);
});

test('execution queues the batch, starts its workflow, and again answers the same', async () => {
  const { id } = await makeBatch();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api.post(`/batches/${id}/execute`)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(answers[0]?.at('result')).toEqual({
    batchId: id,
    status: 'QUEUED',
    workflowId: `batch/${id}`,
  });
  expect(
    await count(
      api.db,
      "select count(*) as n from audit_logs where action = 'batch.queued' and batch_id = $1",
      [id],
    ),
  ).toBe(1);
});

test('execution with wait answers when the time is up', async () => {
  const { id } = await makeBatch();
  const startedAt = Date.now();
  const answer = await api.post(`/batches/${id}/execute?wait=1`);
  expect([answer.status, answer.at('result.status')]).toEqual([202, 'QUEUED']);
  expect(Date.now() - startedAt).toBeGreaterThan(900);
});

test('autoExecute asks for execution at once; a scheduled batch waits as PENDING', async () => {
  const auto = await api.post('/batches', {
    affiliateIds: [await addPayable(api)],
    autoExecute: true,
  });
  expect([auto.status, auto.at('batch.status')]).toEqual([201, 'QUEUED']);
  const scheduledFor = new Date(Date.now() + 3_600_000).toISOString();
  const later = await api.post('/batches', {
    affiliateIds: [await addPayable(api)],
    autoExecute: true,
    scheduledFor,
  });
  expect([later.status, later.at('batch.status'), later.at('batch.scheduledFor')]).toEqual([
    201,
    'PENDING',
    scheduledFor,
  ]);
});

test('a deleted batch is gone, its commissions are payable again, its audit rows stay', async () => {
  const { id, affiliateIds } = await makeBatch();
  const answer = await api.call('DELETE', `/api/disbursement/batches/${id}`);
  expect([answer.status, answer.body]).toEqual([200, { success: true }]);
  expect((await api.get(`/batches/${id}`)).status).toBe(404);
  expect((await api.call('DELETE', `/api/disbursement/batches/${id}`)).status).toBe(404);
  expect(
    (await api.get(`/affiliates/${affiliateIds[0]}`)).at('affiliate.pendingCommissions.0.amount'),
  ).toBe(2_500);
  expect(
    await count(api.db, 'select count(*) as n from audit_logs where batch_id = $1', [id]),
  ).toBeGreaterThan(1);
});

test('cancel, pause and resume are 202 where they fit and 409 where not', async () => {
  const { id } = await makeBatch();
  const paused = await api.post(`/batches/${id}/pause`, { reason: 'lunch' });
  expect(paused.status).toBe(202);
  expect(paused.at('result')).toMatchObject({ batchId: id, sent: 0, inDoubt: 0, untouched: 1 });
  const resumed = await api.post(`/batches/${id}/resume`, { reason: 'back' });
  expect([resumed.status, resumed.at('error.code')]).toEqual([409, 'invalid_state']);
  expect((await api.post(`/batches/${id}/cancel`, { reason: 'wrong month' })).status).toBe(202);
  const retried = await api.post(`/batches/${id}/retry`, {});
  expect([retried.status, retried.at('error.code')]).toEqual([409, 'invalid_state']);
});

test('the quick payment is a batch of one, executed', async () => {
  const id = await addPayable(api);
  const answer = await api.post(`/affiliates/${id}/pay`, { amount: 2_500, note: 'now' });
  expect(answer.status).toBe(202);
  expect(answer.at('batch')).toMatchObject({ status: 'QUEUED', paymentCount: 1 });
  expect(answer.at('payment')).toMatchObject({ affiliateId: id, amount: 2_500, status: 'PENDING' });
});

test.each([
  ['below_minimum', { amount: 99 }],
  ['no_account', { kycStatus: null }],
  ['kyc_pending', { kycStatus: 'PENDING' }],
  ['kyc_rejected', { kycStatus: 'REJECTED' }],
])('a quick payment that is not due is 422 %s', async (code, given) => {
  const answer = await api.post(`/affiliates/${await addPayable(api, given)}/pay`);
  expect([answer.status, answer.at('error.code')]).toEqual([422, code]);
});

test('a quick payment of another amount than is payable is 422, and nothing is made', async () => {
  const id = await addPayable(api);
  const answer = await api.post(`/affiliates/${id}/pay`, { amount: 2_499 });
  expect([answer.status, answer.at('error.details.0.path')]).toEqual([422, 'amount']);
  expect(await count(api.db, 'select count(*) as n from payments where payee_id = $1', [id])).toBe(
    0,
  );
});

test('twenty batches over the same payee at once: one is made', async () => {
  const id = await addPayable(api);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api.post('/batches', { affiliateIds: [id] })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    201,
    ...Array.from({ length: 19 }, () => 400),
  ]);
});

test('an affiliate without commissions has nothing and is not payable', async () => {
  const made = await api.post('/affiliates', affiliate({ externalId: unique('idle') }));
  const answer = await api.post('/batches/preview', { affiliateIds: [made.at('items.0.id')] });
  expect(answer.at('summary.eligibleAffiliates')).toBe(0);
});
