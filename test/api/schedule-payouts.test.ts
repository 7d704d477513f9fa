import { expect, test } from 'vitest';
import { ROLES } from '../../domain/permissions.ts';
import { affiliate, unique } from './support/data.ts';
import { count, useTestApi } from './support/test-api.ts';

const api = useTestApi();

async function recipient(kycStatus: string | null = 'APPROVED'): Promise<string> {
  const made = await api.post('/affiliates', affiliate());
  const id = String(made.at('items.0.id'));
  if (kycStatus)
    await api.post('/mock/accounts', { affiliateId: id, accountRef: unique('ref'), kycStatus });
  return id;
}

async function project(given: Record<string, unknown> = {}): Promise<string> {
  const projectId = unique('project');
  const recipients = [
    { recipientId: await recipient(), shareBps: 6_000 },
    { recipientId: await recipient(), shareBps: 4_000 },
  ];
  const json = { recipients, platformFeeBps: 1_000, ...given };
  const stored = await api.call('PUT', `/revenue/projects/${projectId}/split-model`, { json });
  expect(stored.status).toBe(200);
  return projectId;
}

const schedule = (json: unknown, options: Parameters<typeof api.call>[2] = {}) =>
  api.call('POST', '/revenue/schedule-payouts', { json, ...options });

const release = async (given: Record<string, unknown> = {}) => ({
  escrowId: unique('escrow'),
  projectId: await project(),
  amount: 10_000,
  currency: 'USD',
  ...given,
});

const releases = () => count(api.db, 'select count(*) as n from escrow_releases');

test('201 with what is scheduled, and the same numbers as calculate', async () => {
  const body = await release();
  const { escrowId: _, ...asked } = body;
  const calculated = await api.call('POST', '/revenue/calculate', { json: asked });
  const answer = await schedule(body);
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    status: 'scheduled',
    itemsCount: 2,
    estimatedTotalPayout: 9_000,
  });
  const payout = await api.call('GET', `/revenue/payouts/${String(answer.at('batchId'))}`);
  expect(payout.body).toMatchObject({
    escrowId: body.escrowId,
    status: 'scheduled',
    totalNet: 9_000,
  });
  expect(payout.list('items').map((item) => Reflect.get(Object(item), 'netAmount'))).toEqual(
    calculated.list('breakdown').map((part) => Reflect.get(Object(part), 'netAmount')),
  );
});

test('the same escrow again is 409 already_scheduled; under its Idempotency-Key the first answer again', async () => {
  const body = await release();
  const headers = { 'idempotency-key': unique('key') };
  const first = await schedule(body, { headers });
  expect(first.status).toBe(201);
  expect((await schedule(body, { headers })).body).toEqual(first.body);
  const again = await schedule(body);
  expect(again.status).toBe(409);
  expect(again.at('error.code')).toBe('already_scheduled');
});

test('whoever is not the platform is refused as not_system', async () => {
  const body = await release();
  const before = await releases();
  for (const as of ROLES) {
    const allowed = as === 'admin' || as === 'super_admin';
    if (allowed) continue;
    const answer = await schedule(body, { as });
    expect(answer.status).toBe(403);
    expect(answer.at('error.code')).toBe('not_system');
  }
  expect((await schedule(body, { as: null })).status).toBe(401);
  expect(await releases()).toBe(before);
  expect((await schedule(body, { as: 'admin' })).status).toBe(201);
});

test.each([
  ['an unknown project', { projectId: 'nowhere' }, 'projectId'],
  ['the amount 0', { amount: 0 }, 'amount'],
  ['a fraction of a minor unit', { amount: 10.5 }, 'amount'],
  ['an amount beyond exact JSON', { amount: 2 ** 53 }, 'amount'],
  ['an amount as text', { amount: '10000' }, 'amount'],
  ['an unknown currency', { currency: 'XYZ' }, 'currency'],
  ['an empty escrow id', { escrowId: '' }, 'escrowId'],
  ['an unknown field', { tip: 1 }, 'tip'],
  ['a time that is none', { scheduledFor: 'soon' }, 'scheduledFor'],
  ['a provider that is not there', { provider: 'stripe' }, 'provider'],
])('%s is 422 with its path, and nothing is stored', async (_what, given, path) => {
  const before = await releases();
  const answer = await schedule(await release(given));
  expect(answer.status).toBe(422);
  expect(
    answer.list('error.details').map((detail) => Reflect.get(Object(detail), 'path')),
  ).toContain(path);
  expect(await releases()).toBe(before);
});

test('101 unknown fields are refused with 100 paths', async () => {
  const extra = Object.fromEntries(
    Array.from({ length: 101 }, (_, index) => [`extra${index}`, index]),
  );
  const answer = await schedule(await release(extra));
  expect(answer.status).toBe(422);
  expect(answer.list('error.details')).toHaveLength(100);
});

test('two names of one affiliate in a model are split_invalid', async () => {
  const made = await api.post('/affiliates', affiliate({ externalId: 'by-two-names' }));
  const id = String(made.at('items.0.id'));
  const recipients = [
    { recipientId: id, shareBps: 5_000 },
    { recipientId: 'by-two-names', shareBps: 5_000 },
  ];
  const answer = await schedule(await release({ projectId: await project({ recipients }) }));
  expect(answer.status).toBe(422);
  expect(answer.at('error.code')).toBe('split_invalid');
});

test('a refund: 201, the same again 200, another content 409, too much 422, nothing released 404', async () => {
  const body = await release();
  await schedule(body);
  const refund = (json: Record<string, unknown>) =>
    api.call('POST', '/revenue/refunds', {
      json: { refundId: 'r-1', escrowId: body.escrowId, ...json },
    });
  const made = await refund({ amount: 1_000, reason: 'goodwill' });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ refund: { amount: 1_000, platformFee: 100, taxWithheld: 0 } });
  expect((await refund({ amount: 1_000 })).status).toBe(200);
  expect((await refund({ amount: 2_000 })).at('error.code')).toBe('already_refunded');
  expect((await refund({ refundId: 'r-2', amount: 9_001 })).at('error.details.0.path')).toBe(
    'amount',
  );
  expect((await refund({ refundId: 'r-3', escrowId: 'none' })).status).toBe(404);
  expect((await refund({ refundId: 'r-4' })).at('refund.amount')).toBe(9_000);
  const listed = await api.call('GET', `/revenue/refunds?escrowId=${body.escrowId}`);
  expect(listed.list('refunds')).toHaveLength(2);
});

test('payouts are listed by escrow and project, in pages; a batch of commissions is none', async () => {
  const projectId = await project();
  for (const milestoneId of ['m1', 'm2', 'm3']) {
    const answer = await schedule(
      await release({ projectId, escrowId: 'by-milestones', milestoneId }),
    );
    expect(answer.status).toBe(201);
  }
  const first = await api.call('GET', '/revenue/payouts?escrowId=by-milestones&limit=2');
  expect(first.list('payouts')).toHaveLength(2);
  const next = await api.call(
    'GET',
    `/revenue/payouts?escrowId=by-milestones&limit=2&cursor=${String(first.at('nextCursor'))}`,
  );
  expect(next.list('payouts')).toMatchObject([{ milestoneId: 'm1' }]);
  expect(
    (await api.call('GET', '/revenue/payouts/bat_0192f0c1a2b37c4d8e9f0a1b2c3d4e5f')).status,
  ).toBe(404);
});
