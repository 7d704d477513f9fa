import { expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../db/new-id.ts';
import type { Role } from '../../domain/permissions.ts';
import { setCooldown } from '../support/security-policy.ts';
import { affiliate, commission, unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

interface Added {
  id: string;
  payeeId: string;
}

/** A payee with something payable, whose account was made long ago. */
async function addOld(): Promise<Added> {
  const payeeId = String((await api.post('/affiliates', affiliate())).at('items.0.id'));
  const account = { affiliateId: payeeId, accountRef: unique('ref'), kycStatus: 'APPROVED' };
  const id = String((await api.post('/mock/accounts', account)).at('account.id'));
  const age =
    "update accounts set created_at = now() - interval '1 year', changed_at = now() - interval '1 year', verified_at = now() - interval '1 year' where id = $1";
  await api.db.run(z.unknown(), age, [id]);
  await api.post('/commissions', commission(payeeId));
  return { id, payeeId };
}

const patch = ({ id }: Added, json: object, as: Role = 'manager') =>
  api.call('PATCH', `/api/disbursement/mock/accounts/${id}`, { json, as });

const changedAgo = ({ id }: Added, hours: number) =>
  api.db.run(
    z.unknown(),
    "update accounts set changed_at = now() - $2::int * interval '1 hour' where id = $1",
    [id, hours],
  );

async function codeOf({ payeeId }: Added): Promise<unknown> {
  const preview = await api.post('/batches/preview', { affiliateIds: [payeeId] });
  const listed = await api.get(`/affiliates/payable?provider=mock&limit=1000`);
  const row = listed.list('affiliates').find((each) => Reflect.get(Object(each), 'id') === payeeId);
  const why = await api.get(`/affiliates/${payeeId}/why-not-paid?provider=mock`);
  const code = preview.at('preview.0.code');
  expect(Reflect.get(Object(row), 'readyForPayout')).toBe(code === null);
  expect(why.at('currencies.0.reasons.0.code') ?? null).toBe(code);
  return code;
}

test('a fresh account is paid at once, a changed one 72 hours later', async () => {
  const account = await addOld();
  expect(await codeOf(account)).toBeNull();
  expect((await patch(account, { accountRef: unique('ref') })).status).toBe(200);
  expect(await codeOf(account)).toBe('account_changed');
  await changedAgo(account, 71);
  expect(await codeOf(account)).toBe('account_changed');
  await changedAgo(account, 73);
  expect(await codeOf(account)).toBeNull();
});

test('the hours are those of the policy, at the moment of the look', async () => {
  const account = await addOld();
  await patch(account, { accountRef: unique('ref') });
  await changedAgo(account, 5);
  await setCooldown(api.db, 4);
  expect(await codeOf(account)).toBeNull();
  await setCooldown(api.db, 72);
  expect(await codeOf(account)).toBe('account_changed');
});

test('somebody else who verifies it ends the wait; who changed it may not, and that is written down', async () => {
  const account = await addOld();
  await patch(account, { accountRef: unique('ref') }, 'manager');
  const own = await patch(account, { kycStatus: 'APPROVED' }, 'manager');
  expect([own.status, own.at('error.code')]).toEqual([403, 'forbidden']);
  expect(own.at('error.message')).toMatch(/somebody else/);
  const denials = `select count(*) as n from audit_logs where action = 'permission.denied' and actor = $1 and details ->> 'why' = 'own change'`;
  expect(await count(api.db, denials, [`key:${api.keys.manager.id}`])).toBe(1);
  expect(await codeOf(account)).toBe('account_changed');
  expect((await patch(account, { kycStatus: 'APPROVED' }, 'operator')).status).toBe(200);
  expect(await codeOf(account)).toBeNull();
});

test('a change and its verification in one call are refused, and change nothing', async () => {
  const account = await addOld();
  const accountRef = unique('ref');
  const both = await patch(account, { accountRef, kycStatus: 'APPROVED' });
  expect(both.status).toBe(403);
  expect(
    await count(api.db, 'select count(*) as n from accounts where account_ref = $1', [accountRef]),
  ).toBe(0);
});

test('what was verified before the change counts for nothing after it', async () => {
  const account = await addOld();
  await patch(account, { kycStatus: 'APPROVED' }, 'operator');
  await patch(account, { accountRef: unique('ref') }, 'manager');
  expect(await codeOf(account)).toBe('account_changed');
});

test('the word of the provider does not end the wait', async () => {
  const account = await addOld();
  const accountRef = unique('ref');
  await patch(account, { kycStatus: 'APPROVED' }, 'operator');
  await patch(account, { accountRef });
  await patch(account, { kycStatus: 'PENDING' }, 'operator');
  await fetch(`${api.simulatorUrl}/_sim/accounts`, {
    method: 'POST',
    body: JSON.stringify({ provider: 'mock', accounts: [{ accountRef, kycStatus: 'APPROVED' }] }),
  });
  expect((await api.post('/mock/sync', {})).status).toBe(200);
  const [row] = await api.db.run(
    z.object({ kyc_status: z.string(), verified_by: z.string().nullable() }),
    'select kyc_status, verified_by from accounts where id = $1',
    [account.id],
  );
  expect(row).toEqual({ kyc_status: 'APPROVED', verified_by: null });
  expect(await codeOf(account)).toBe('account_changed');
});

test("a person's key counts as the person: neither verifies what the other changed", async () => {
  const person = await api.person('admin');
  const twin = `update api_keys set owner = $1 where id = $2`;
  await api.db.run(z.unknown(), twin, [person.actor, api.keys.processor.id]);
  const account = await addOld();
  await patch(account, { accountRef: unique('ref') }, 'processor');
  const path = `/api/disbursement/mock/accounts/${account.id}`;
  const json = { kycStatus: 'APPROVED' };
  const headers = person.headers;
  expect((await api.call('PATCH', path, { as: null, headers, json })).status).toBe(403);
  expect((await patch(account, json, 'operator')).status).toBe(200);
  await api.db.run(z.unknown(), 'update api_keys set owner = null where id = $1', [
    api.keys.processor.id,
  ]);
});

test('a batch leaves out whose account was changed, and says so', async () => {
  const [changed, other] = [await addOld(), await addOld()];
  await patch(changed, { accountRef: unique('ref') });
  const affiliateIds = [changed.payeeId, other.payeeId];
  const made = await api.post('/batches', { affiliateIds });
  expect(made.status).toBe(201);
  expect(made.at('batch.paymentCount')).toBe(1);
  expect(made.list('excluded')).toMatchObject([
    { affiliateId: changed.payeeId, code: 'account_changed' },
  ]);
});

test('an account that is not there is 404, also for a verification', async () => {
  const absent = { id: newId('account'), payeeId: '' };
  expect((await patch(absent, { kycStatus: 'APPROVED' })).status).toBe(404);
});
