import { expect, test } from 'vitest';
import { affiliate, commission } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

async function addAffiliate(): Promise<string> {
  const made = await api.post('/affiliates', affiliate());
  return String(made.at('items.0.id'));
}

const stored = () => count(api.db, 'select count(*) as n from commissions');

test.each([
  ['an unknown currency', { currency: 'ZZZ' }, 'currency'],
  ['a metal', { currency: 'XAU' }, 'currency'],
  ['zero', { amount: 0 }, 'amount'],
  ['a fraction', { amount: 10.5 }, 'amount'],
  ['more than JSON holds exactly', { amount: 1e21 }, 'amount'],
  ['an amount as text', { amount: '12' }, 'amount'],
  ['an unknown field', { paid: true }, 'paid'],
  ['a state that nobody may set', { status: 'PAID' }, 'status'],
  ['a day that is none', { earnedAt: 'yesterday' }, 'earnedAt'],
  ['an affiliate that is not there', { affiliateId: `aff_${'0'.repeat(32)}` }, 'affiliateId'],
  ['two affiliates', { affiliateExternalId: 'x' }, 'affiliateId'],
])('%s is 422 and changes nothing', async (_name, wrong, path) => {
  const given = commission(await addAffiliate(), wrong);
  const before = await stored();
  const answer = await api.post('/commissions', given);
  expect(answer.status).toBe(422);
  expect(answer.at('error.code')).toBe('validation_error');
  expect(answer.at('error.details.0.path')).toBe(path);
  expect(await stored()).toBe(before);
});

test('one wrong item of many refuses the whole call and says which', async () => {
  const id = await addAffiliate();
  const before = await stored();
  const answer = await api.post('/commissions', {
    items: [commission(id), commission(id, { amount: 0 })],
  });
  expect(answer.status).toBe(422);
  expect(answer.at('error.details.0.path')).toBe('items.1.amount');
  expect(await stored()).toBe(before);
});

test('a wrong value is never echoed', async () => {
  const answer = await api.post(
    '/commissions',
    commission(await addAffiliate(), { currency: 'GB29NWBK601613' }),
  );
  expect(answer.text).not.toContain('GB29NWBK601613');
});

test('other content under a known external id is 409 and names the field', async () => {
  const given = commission(await addAffiliate());
  await api.post('/commissions', given);
  const answer = await api.post('/commissions', { ...given, amount: 1 });
  expect(answer.status).toBe(409);
  expect(answer.at('error')).toMatchObject({
    code: 'external_id_conflict',
    details: [{ path: 'amount' }],
  });
});

test('a sum that no amount can say is refused, and nothing is added', async () => {
  const id = await addAffiliate();
  const huge = { amount: Number.MAX_SAFE_INTEGER };
  expect((await api.post('/commissions', commission(id, huge))).status).toBe(201);
  const before = await stored();
  expect((await api.post('/commissions', commission(id, huge))).status).toBe(422);
  expect(await stored()).toBe(before);
});

test('more than 1,000 items are refused', async () => {
  const items = Array.from({ length: 1_001 }, () => commission(`aff_${'0'.repeat(32)}`));
  expect((await api.post('/commissions', { items })).status).toBe(422);
});
