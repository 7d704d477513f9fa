import { expect, test } from 'vitest';
import { addPayable, commission } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const api = useTestApi();

test('each affiliate stands with what is owed, what was paid and every reason against paying', async () => {
  const ready = await addPayable(api, { amount: 2_500 });
  const small = await addPayable(api, { amount: 50, kycStatus: 'PENDING' });
  const none = await addPayable(api, { amount: 9_000, currency: 'EUR', kycStatus: null });
  const answer = await api.get('/affiliates/payable');
  expect(answer.status).toBe(200);
  const rows = new Map(
    answer.list('affiliates').map((row) => [Reflect.get(Object(row), 'id'), row]),
  );
  expect(rows.get(ready)).toMatchObject({
    currency: 'USD',
    pendingAmount: 2_500,
    paidAmount: 0,
    pendingCommissionCount: 1,
    readyForPayout: true,
    reasons: [],
    oldestPendingDate: expect.any(String),
    account: {
      provider: 'mock',
      hasAccount: true,
      kycStatus: 'APPROVED',
      canReceivePayments: true,
    },
  });
  expect(rows.get(small)).toMatchObject({
    readyForPayout: false,
    reasons: [
      { code: 'kyc_pending', message: expect.any(String) },
      { code: 'below_minimum', message: expect.any(String) },
    ],
  });
  expect(rows.get(none)).toMatchObject({
    currency: 'EUR',
    account: { hasAccount: false, accountId: null },
  });
  expect(answer.at('summary')).toMatchObject({
    totalAffiliates: 3,
    totalPendingAmount: { USD: 2_550, EUR: 9_000 },
    readyForPayout: 1,
  });
});

test('the summary follows at once when a commission comes', async () => {
  const id = await addPayable(api, { amount: 1_000, currency: 'GBP' });
  const before = await api.get('/affiliates/payable?currency=GBP');
  await api.post('/commissions', commission(id, { amount: 500, currency: 'GBP' }));
  const after = await api.get('/affiliates/payable?currency=GBP');
  expect([
    before.at('summary.totalPendingAmount.GBP'),
    after.at('summary.totalPendingAmount.GBP'),
  ]).toEqual([1_000, 1_500]);
});

test('filters, pages and the summary find the same rows', async () => {
  for (let made = 0; made < 5; made += 1)
    await addPayable(api, { amount: 1_000 + made, currency: 'CHF' });
  await addPayable(api, { amount: 2_000, currency: 'CHF', kycStatus: 'REJECTED' });
  const ids: unknown[] = [];
  let cursor = '';
  for (let page = 0; page < 10; page += 1) {
    const answer = await api.get(`/affiliates/payable?currency=CHF&ready=true&limit=2${cursor}`);
    ids.push(...answer.list('affiliates').map((row) => Reflect.get(Object(row), 'id')));
    expect(answer.at('summary.totalAffiliates')).toBe(5);
    if (answer.at('nextCursor') === null) break;
    cursor = `&cursor=${String(answer.at('nextCursor'))}`;
  }
  expect(new Set(ids).size).toBe(5);
  const refused = await api.get('/affiliates/payable?currency=CHF&ready=false');
  expect(refused.at('affiliates.0.reasons.0.code')).toBe('kyc_rejected');
  expect(
    (await api.get('/affiliates/payable?currency=CHF&minAmount=1003')).list('affiliates'),
  ).toHaveLength(3);
  expect((await api.get('/affiliates/payable?q=ADA')).list('affiliates').length).toBeGreaterThan(5);
  expect((await api.get('/affiliates/payable?q=100%25')).list('affiliates')).toEqual([]);
});

test('what a batch has claimed is not payable any more, and is shown as claimed', async () => {
  const id = await addPayable(api, { currency: 'SEK', amount: 5_000 });
  await api.post('/batches', { affiliateIds: [id], currency: 'SEK' });
  expect((await api.get('/affiliates/payable?currency=SEK')).list('affiliates')).toEqual([]);
  expect((await api.get(`/affiliates/${id}/commissions`)).list('commissions')).toEqual([]);
  const claimed = await api.get(`/affiliates/${id}/commissions?status=APPROVED`);
  expect(claimed.at('commissions.0')).toMatchObject({
    status: 'APPROVED',
    paymentId: expect.stringMatching(/^pay_/),
  });
  expect(claimed.at('summary')).toMatchObject({ count: 1, totals: { SEK: 5_000 } });
});
