import { expect, test } from 'vitest';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { newId } from '../../db/new-id.ts';
import { insertEarned, insertProgramme } from '../support/earned.ts';
import { affiliate, commission, unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

/** An affiliate with these earnings, that many days ago each. */
async function owing(amounts: readonly number[], currency = 'USD', daysAgo = 10) {
  const made = await api.post('/affiliates', affiliate({ currency }));
  const id = String(made.at('items.0.id'));
  const earnedAt = new Date(Date.now() - (daysAgo * 86_400_000 + 60_000)).toISOString();
  for (const amount of amounts)
    await api.post('/commissions', commission(id, { amount, currency, earnedAt }));
  return id;
}

const writeOff = (id: string, body: Record<string, unknown>, options = {}) =>
  api.post(`/affiliates/${id}/write-offs`, { currency: 'USD', reason: 'gone', ...body }, options);

const debtOf = async (id: string) => {
  const { body } = await api.get('/debts?limit=1000');
  const debts: unknown[] = Reflect.get(Object(body), 'debts');
  return debts.find((debt) => Reflect.get(Object(debt), 'affiliateId') === id);
};

const breaches = async () => (await checkInvariants(api.db)).filter((found) => found.breaches > 0);

test('a debt is told with its age and what is behind it; who owes nothing is not told', async () => {
  const id = await owing([1_000, -3_000, -500]);
  expect(await debtOf(id)).toMatchObject({
    amount: 2_500,
    currency: 'USD',
    ageDays: 10,
    commissionCount: 2,
  });
  expect(await debtOf(id)).toMatchObject({ commissions: [{ amount: -3_000 }, { amount: -500 }] });
  expect(await debtOf(await owing([1_000, -900]))).toBeUndefined();
});

test('debts come by currency and in pages', async () => {
  const ids = [await owing([-100], 'CHF'), await owing([-200], 'CHF'), await owing([-300], 'CHF')];
  const first = await api.get('/debts?currency=CHF&limit=2');
  expect(first.list('debts')).toMatchObject([{ affiliateId: ids[0] }, { affiliateId: ids[1] }]);
  const second = await api.get(
    `/debts?currency=CHF&limit=2&cursor=${String(first.at('nextCursor'))}`,
  );
  expect(second.list('debts')).toMatchObject([{ affiliateId: ids[2], amount: 300 }]);
  expect(second.at('nextCursor')).toBeNull();
  const one = await api.get(`/debts?currency=CHF&affiliateId=${String(ids[1])}`);
  expect(one.list('debts')).toMatchObject([{ affiliateId: ids[1], amount: 200 }]);
});

test('a part and then the rest are written off: an earning, its entry and who did it', async () => {
  const id = await owing([-3_000]);
  const part = await writeOff(id, { amount: 1_200 });
  expect(part.status).toBe(201);
  expect(part.at('writeOff')).toMatchObject({
    affiliateId: id,
    amount: 1_200,
    currency: 'USD',
    reason: 'gone',
  });
  expect(await debtOf(id)).toMatchObject({ amount: 1_800 });
  const rest = await writeOff(id, {});
  expect(rest.at('writeOff.amount')).toBe(1_800);
  expect(await debtOf(id)).toBeUndefined();
  const entries = await api.get(`/ledger/entries?payeeId=${id}&account=bad_debt_expense`);
  expect(
    entries.list('entries').flatMap((entry) => Reflect.get(Object(entry), 'lines') ?? [entry]),
  ).toHaveLength(2);
  const trail = await count(
    api.db,
    "select count(*) as n from audit_logs where action = 'debt.written_off' and details->>'affiliateId' = $1 and details->>'reason' = 'gone' and actor = $2",
    [id, `key:${api.keys.super_admin.id}`],
  );
  expect(trail).toBe(2);
  expect((await api.get('/ledger/check')).at('balanced')).toBe(true);
  expect(await breaches()).toEqual([]);
});

test('what is earned after a write-off is payable in full', async () => {
  const id = await owing([-3_000]);
  await writeOff(id, {});
  await api.post('/mock/accounts', {
    affiliateId: id,
    accountRef: unique('ref'),
    kycStatus: 'APPROVED',
  });
  await api.post('/commissions', commission(id, { amount: 2_500 }));
  const batch = await api.post('/batches', { affiliateIds: [id] });
  expect(batch.at('batch.totalAmount')).toBe(2_500);
});

test('of 8 write-offs of all at once one wins; never more is written off than is owed', async () => {
  const id = await owing([-3_000]);
  const answers = await Promise.all(Array.from({ length: 8 }, () => writeOff(id, {})));
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([201, ...Array.from({ length: 7 }, () => 422)]);
  const other = await owing([-3_000]);
  const parts = await Promise.all(
    Array.from({ length: 8 }, () => writeOff(other, { amount: 1_000 })),
  );
  expect(parts.filter(({ status }) => status === 201)).toHaveLength(3);
  expect(await breaches()).toEqual([]);
});

test('a debt is written off in the programmes that it is in, the largest first', async () => {
  const shop = await insertProgramme(api.db, unique('shop'));
  const club = await insertProgramme(api.db, unique('club'));
  const id = await owing([500]);
  await insertEarned(api.db, id, { amountMinor: -3_000n, programmeId: shop });
  await insertEarned(api.db, id, { amountMinor: -1_000n, programmeId: club });
  expect((await writeOff(id, { amount: 3_600 })).status).toBe(422);
  expect((await writeOff(id, { amount: 3_200 })).at('writeOff.amount')).toBe(3_200);
  const left = async (programmeId: string) =>
    (await api.get(`/affiliates/${id}/why-not-paid?programmeId=${programmeId}`)).at(
      'currencies.0.payableAmount',
    );
  expect([await left(shop), await left(club)]).toEqual([0, -800]);
  expect((await writeOff(id, {})).at('writeOff.amount')).toBe(300);
  expect([await left(shop), await left(club)]).toEqual([0, -500]);
  expect(await debtOf(id)).toBeUndefined();
  expect(await breaches()).toEqual([]);
});

test('of write-offs at once in several programmes never more than the debt is written off', async () => {
  const id = await owing([]);
  for (const amountMinor of [-3_000n, -1_000n]) {
    const programmeId = await insertProgramme(api.db, unique('shop'));
    await insertEarned(api.db, id, { amountMinor, programmeId });
  }
  await Promise.all([1_000, 3_500, 1_000, 3_500].map((amount) => writeOff(id, { amount })));
  const sum = await count(
    api.db,
    'select sum(amount_minor) as n from commissions where payee_id = $1',
    [id],
  );
  expect(sum).toBeLessThanOrEqual(0);
  expect(await breaches()).toEqual([]);
});

test('under its Idempotency-Key it is written off once', async () => {
  const id = await owing([-3_000]);
  const headers = { 'idempotency-key': unique('key') };
  const first = await writeOff(id, { amount: 1_000 }, { headers });
  expect((await writeOff(id, { amount: 1_000 }, { headers })).body).toEqual(first.body);
  expect(await debtOf(id)).toMatchObject({ amount: 2_000 });
});

test.each([
  ['more than is owed', { amount: 3_001 }, 'amount'],
  ['a currency in which nothing is owed', { currency: 'EUR' }, 'currency'],
  ['the amount 0', { amount: 0 }, 'amount'],
  ['a negative amount', { amount: -5 }, 'amount'],
  ['no reason', { reason: ' ' }, 'reason'],
  ['an unknown field', { note: 'x' }, 'note'],
])('%s is 422 with its path, and nothing is written off', async (_what, given, path) => {
  const id = await owing([-3_000]);
  const answer = await writeOff(id, given);
  expect(answer.status).toBe(422);
  expect(
    answer.list('error.details').map((detail) => Reflect.get(Object(detail), 'path')),
  ).toContain(path);
  expect(await debtOf(id)).toMatchObject({ amount: 3_000 });
});

test('an affiliate that is not there is 404; who may not approve is refused', async () => {
  expect((await writeOff(newId('payee'), {})).status).toBe(404);
  const id = await owing([-3_000]);
  expect((await writeOff(id, {}, { as: 'viewer' })).status).toBe(403);
});
