import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkInvariants } from '../../db/queries/invariants.ts';
import { affiliate, commission } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

async function addAffiliate(): Promise<string> {
  const made = await api.post('/affiliates', affiliate());
  return String(made.at('items.0.id'));
}

const breaches = async () => (await checkInvariants(api.db)).filter((check) => check.breaches > 0);

const payable = z.object({
  amount_minor: z.bigint(),
  commission_count: z.number(),
  open: z.boolean(),
});
const payablesOf = (id: string) =>
  api.db.run(
    payable,
    'select amount_minor, commission_count, open from payables where payee_id = $1 order by id',
    [id],
  );

test('what is approved joins the open payable of its payee, with two balanced ledger lines', async () => {
  const id = await addAffiliate();
  const first = await api.post('/commissions', commission(id, { amount: 700 }));
  const second = await api.post('/commissions', commission(id, { amount: -200 }));
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(await payablesOf(id)).toEqual([{ amount_minor: 500n, commission_count: 2, open: true }]);
  expect(
    await count(api.db, 'select count(*) as n from ledger_entries where payee_id = $1', [id]),
  ).toBe(4);
  expect(await breaches()).toEqual([]);
});

test('what is pending, or matures later, is in no payable and not in the books', async () => {
  const id = await addAffiliate();
  const items = [
    commission(id, { status: 'PENDING' }),
    commission(id, { availableAt: new Date(Date.now() + 3_600_000).toISOString() }),
    commission(id, { availableAt: '2020-01-01T00:00:00Z' }),
  ];
  expect((await api.post('/commissions', { items })).status).toBe(201);
  expect(await payablesOf(id)).toEqual([{ amount_minor: 2_500n, commission_count: 1, open: true }]);
  expect(await breaches()).toEqual([]);
});

test('one call of a thousand writes one audit row', async () => {
  const id = await addAffiliate();
  const rows = "select count(*) as n from audit_logs where action = 'commission.created'";
  const before = await count(api.db, rows);
  const items = Array.from({ length: 1_000 }, () => commission(id, { amount: 1 }));
  expect((await api.post('/commissions', { items })).status).toBe(201);
  expect(await count(api.db, rows)).toBe(before + 1);
  expect(await payablesOf(id)).toEqual([
    { amount_minor: 1_000n, commission_count: 1_000, open: true },
  ]);
});

test('a payable closes before it holds more than half of what a payment may cover', async () => {
  const id = await addAffiliate();
  for (let call = 0; call < 12; call += 1) {
    const items = Array.from({ length: 950 }, () => commission(id, { amount: 1 }));
    expect((await api.post('/commissions', { items })).status).toBe(201);
  }
  const found = await payablesOf(id);
  expect(found.map(({ open }) => open)).toEqual([false, false, true]);
  expect(Math.max(...found.map((row) => row.commission_count))).toBeLessThanOrEqual(5_000);
  expect(found.reduce((sum, row) => sum + row.amount_minor, 0n)).toBe(11_400n);
}, 60_000);

test('the same external id again is 200, with the first id', async () => {
  const given = commission(await addAffiliate(), { earnedAt: '2026-01-05', description: 'A sale' });
  const first = await api.post('/commissions', given);
  const second = await api.post('/commissions', given);
  const { description, ...shorter } = given as typeof given & { description: string };
  const third = await api.post('/commissions', shorter);
  expect([first.status, second.status, third.status, description]).toEqual([
    201,
    200,
    200,
    'A sale',
  ]);
  expect(third.at('items.0.id')).toBe(first.at('items.0.id'));
});

test('the same one given at once by many callers is added once', async () => {
  const id = await addAffiliate();
  const given = commission(id);
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => api.post('/commissions', given)),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    ...Array.from({ length: 29 }, () => 200),
    201,
  ]);
  expect(await payablesOf(id)).toEqual([{ amount_minor: 2_500n, commission_count: 1, open: true }]);
});

test('many callers add to the same payees at once: nothing is lost, the books agree', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, addAffiliate));
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, call) =>
      api.post('/commissions', {
        items: ids.map((id, place) => commission(ids[(place + call) % 5] ?? id, { amount: 3 })),
      }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  const sums = await Promise.all(
    ids.map(async (id) => (await payablesOf(id)).map((row) => row.amount_minor)),
  );
  expect(sums).toEqual(ids.map(() => [120n]));
  expect(await breaches()).toEqual([]);
});

test('commissions that arrive while batches claim are all counted once', async () => {
  const id = await addAffiliate();
  await api.post('/mock/accounts', {
    affiliateId: id,
    accountRef: 'racing',
    kycStatus: 'APPROVED',
  });
  const adding = Array.from({ length: 30 }, async (_, turn) => {
    await new Promise((resolve) => setTimeout(resolve, turn * 15));
    return api.post('/commissions', commission(id, { amount: 1_000 }));
  });
  const claiming = Array.from({ length: 6 }, async (_, turn) => {
    await new Promise((resolve) => setTimeout(resolve, turn * 80));
    return api.post('/batches', { affiliateIds: [id] });
  });
  const added = await Promise.all(adding);
  await Promise.all(claiming);
  expect(new Set(added.map(({ status }) => status))).toEqual(new Set([201]));
  const total = (await payablesOf(id)).reduce((sum, row) => sum + row.amount_minor, 0n);
  expect(total).toBe(30_000n);
  expect(await breaches()).toEqual([]);
});
