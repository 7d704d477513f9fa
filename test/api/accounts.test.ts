import { expect, test } from 'vitest';
import { addPayable, affiliate, unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

async function addAffiliate(): Promise<string> {
  return String((await api.post('/affiliates', affiliate())).at('items.0.id'));
}

test('an account is PENDING until somebody who may verifies it', async () => {
  const affiliateId = await addAffiliate();
  const made = await api.post('/mock/accounts', {
    affiliateId,
    accountRef: 'ref-1',
    details: { iban: 'GB29NWBK60161331926819' },
  });
  expect(made.status).toBe(201);
  expect(made.at('account')).toMatchObject({
    affiliateId,
    accountRef: 'ref-1',
    kycStatus: 'PENDING',
    canReceivePayments: false,
  });
  expect(made.text).not.toContain('GB29');
  const path = `/api/disbursement/mock/accounts/${String(made.at('account.id'))}`;
  const changed = await api.call('PATCH', path, { json: { kycStatus: 'APPROVED' } });
  expect([changed.status, changed.at('account.kycStatus')]).toEqual([200, 'APPROVED']);
  expect(changed.at('account.changedAt')).toBe(made.at('account.changedAt'));
  const moved = await api.call('PATCH', path, { json: { accountRef: 'ref-2' } });
  expect(moved.at('account.changedAt')).not.toBe(made.at('account.changedAt'));
  expect(moved.at('account.kycStatus')).toBe('APPROVED');
});

test('account details are in no audit row', async () => {
  const affiliateId = await addAffiliate();
  await api.post('/mock/accounts', {
    affiliateId,
    accountRef: 'ref-canary',
    details: { iban: 'CANARY-77' },
  });
  expect(
    await count(api.db, "select count(*) as n from audit_logs where details::text like '%CANARY%'"),
  ).toBe(0);
});

test('a second account at the same provider is 409, an unknown affiliate 404', async () => {
  const affiliateId = await addAffiliate();
  await api.post('/mock/accounts', { affiliateId, accountRef: 'a' });
  const second = await api.post('/mock/accounts', { affiliateId, accountRef: 'b' });
  expect([second.status, second.at('error.code')]).toEqual([409, 'account_exists']);
  expect((await api.post('/stripe/accounts', { affiliateId, accountRef: 'b' })).status).toBe(201);
  const absent = await api.post('/mock/accounts', {
    affiliateId: `aff_${'0'.repeat(32)}`,
    accountRef: 'a',
  });
  expect(absent.status).toBe(404);
});

test('riseId stands for accountRef on riseworks alone', async () => {
  const affiliateId = await addAffiliate();
  const made = await api.post('/riseworks/accounts', { affiliateId, riseId: '0xabc' });
  expect([made.status, made.at('account.accountRef')]).toEqual([201, '0xabc']);
  expect((await api.post('/mock/accounts', { affiliateId, riseId: '0xabc' })).status).toBe(422);
  expect((await api.post('/mock/accounts', { affiliateId })).status).toBe(422);
});

test('a sync stores what the provider says, and counts what changed', async () => {
  await addPayable(api, { kycStatus: 'PENDING' });
  const rejected = unique('ref');
  const affiliateId = await addAffiliate();
  await api.post('/mock/accounts', { affiliateId, accountRef: rejected, kycStatus: 'APPROVED' });
  await fetch(`${api.simulatorUrl}/_sim/accounts`, {
    method: 'POST',
    body: JSON.stringify({
      provider: 'mock',
      accounts: [{ accountRef: rejected, kycStatus: 'REJECTED' }],
    }),
  });
  const answer = await api.post('/mock/sync');
  expect(answer.status).toBe(200);
  const total = await count(api.db, "select count(*) as n from accounts where provider = 'mock'");
  expect(Number(answer.at('synced')) + Number(answer.at('failed'))).toBe(total);
  expect(Number(answer.at('changed'))).toBeGreaterThan(0);
  const listed = await api.get('/mock/accounts?limit=1000');
  const found = listed
    .list('accounts')
    .find((each) => Reflect.get(Object(each), 'accountRef') === rejected);
  expect(found).toMatchObject({ kycStatus: 'REJECTED', syncedAt: expect.any(String) });
  const again = await api.post('/mock/sync');
  expect(again.at('changed')).toBe(0);
});

test('a provider that is not configured cannot be synced', async () => {
  const answer = await api.post('/xendit/sync');
  expect([answer.status, answer.at('error.code')]).toEqual([422, 'provider_unsupported']);
});
