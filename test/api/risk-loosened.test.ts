import { expect, test } from 'vitest';
import { z } from 'zod';
import { noRow } from '../../db/rows.ts';
import { batchFor } from './support/approvals.ts';
import { addPayable } from './support/data.ts';
import { useTestApi, type CallOptions } from './support/test-api.ts';

/** An installation that is older than a week, where a guard was loosened before a batch was made. */
const api = useTestApi();
const HIGH = 200_000;

const eventOf = async (batchId: string) => {
  const [row] = await api.db.run(
    z.object({ id: z.string(), level: z.string(), explanation: z.string() }),
    "select id, level, explanation from risk_events where rule = 'raised_limits' and batch_id = $1",
    [batchId],
  );
  return row;
};

const statesOf = async (batchId: string) => {
  const text = 'select status, hold_reason from payments where batch_id = $1';
  const row = z.object({ status: z.string(), hold_reason: z.string().nullable() });
  return api.db.run(row, text, [batchId]);
};

test('a loosening before a first batch of high value is flagged; by its maker it holds the batch', async () => {
  await batchFor(api, [await addPayable(api)]);
  await api.db.run(noRow, "update payments set created_at = created_at - interval '8 days'", []);
  const payees = [
    await addPayable(api, { amount: HIGH, currency: 'EUR' }),
    await addPayable(api, { amount: HIGH, currency: 'EUR' }),
  ];
  const admin = await api.person('super_admin');
  const options: CallOptions = { as: null, headers: admin.headers };
  const rates = { rates: [{ currency: 'EUR', rate: '0.0001', day: '2026-01-01' }] };
  const set = await api.call('PUT', '/api/admin/currency-rates', { ...options, json: rates });
  expect([set.status, set.text]).toEqual([200, expect.any(String)]);

  const other = await batchFor(api, payees.slice(0, 1), { currency: 'EUR' });
  expect(await eventOf(other.id)).toMatchObject({
    level: 'medium',
    explanation: expect.stringContaining('the rate of its currency'),
  });
  expect(await statesOf(other.id)).toEqual([{ status: 'PENDING', hold_reason: null }]);

  const own = await api.post(
    '/batches',
    { affiliateIds: payees.slice(1), currency: 'EUR' },
    options,
  );
  const id = String(own.at('batch.id'));
  const event = await eventOf(id);
  expect(event).toMatchObject({ level: 'high' });
  expect(await statesOf(id)).toEqual([{ status: 'ON_HOLD', hold_reason: 'risk' }]);
  const resolved = await api.post(`/risk-events/${event?.id ?? ''}/resolve`, {
    resolution: 'accepted',
    reason: 'the rate is right',
  });
  expect(resolved.status).toBe(200);
  expect(await statesOf(id)).toEqual([{ status: 'PENDING', hold_reason: null }]);
});
