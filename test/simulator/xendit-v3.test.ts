import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from './harness.ts';
import { IDR, PHP, startXendit, v3Body, type Xendit } from './xendit-harness.ts';

let xendit: Xendit;

beforeAll(async () => void (xendit = await startXendit()));
afterAll(async () => await xendit.close());
beforeEach(async () => void (await xendit.control('reset', {})));

const V3 = { key: PHP.key, headers: { 'api-version': '2025-09-01' } };

describe('v3', () => {
  const readV3 = async (id: unknown) =>
    (await xendit.call('GET', `/xendit/v3/payouts/${String(id)}`, undefined, V3)).body;

  test('the documented example is made, read and told in minor units', async () => {
    const made = await xendit.payV3(v3Body());
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      status: 'ACCEPTED',
      type: 'B2C',
      source_currency: 'PHP',
      source_amount: 50_000,
      destination_currency: 'PHP',
      destination_amount: 50_000,
      business_id: PHP.business,
      recipient: { given_name: 'Maria', account_details: { routing_value_1: 'PH_GCASH' } },
    });
    expect(made.body['payout_id']).toMatch(/^po-[0-9a-f-]{36}$/);
    expect((await xendit.transfers())[0]).toMatchObject({
      amount: 50_000,
      recipient: '09171234567',
    });
    await eventually(async () => (await readV3(made.body['payout_id']))['status'] === 'SUCCEEDED');
    const asV2 = `/xendit/v2/payouts/${String(made.body['payout_id'])}`;
    expect((await xendit.call('GET', asV2, undefined, V3)).status).toBe(404);
    expect((await xendit.call('GET', '/xendit/v3/payouts?reference_id=x')).status).toBe(404);
  });

  test('the rupiah has no minor unit', async () => {
    const amounts = { source_currency: 'IDR', destination_currency: 'IDR' };
    const body = v3Body({}, {}, { ...amounts, source_amount: 1_000_000 });
    const made = await xendit.payV3(body, { key: IDR.key });
    expect(made.body['source_amount']).toBe(1_000_000);
    expect((await xendit.transfers())[0]).toMatchObject({ amount: 100_000_000, currency: 'IDR' });
  });

  const RELATION = { recipient: { type: 'INDIVIDUAL', relationship: 'NOBODY' } };
  const BOTH = { destination_amount: 50_000 };
  const EURO = { destination_currency: 'EUR' };
  test.each<[string, object, object, number, string]>([
    ['an unknown relationship', RELATION, {}, 400, 'API_VALIDATION_ERROR'],
    ['no purpose', { purpose_code: undefined }, {}, 400, 'API_VALIDATION_ERROR'],
    ['both amounts', {}, BOTH, 400, 'API_VALIDATION_ERROR'],
    ['no amount', {}, { source_amount: undefined }, 400, 'API_VALIDATION_ERROR'],
    ['a fraction', {}, { source_amount: 0.5 }, 400, 'API_VALIDATION_ERROR'],
    ['too little', {}, { source_amount: 99 }, 400, 'INVALID_VALUE_ERROR'],
    ['too much', {}, { source_amount: 10_000_000_001 }, 400, 'INVALID_VALUE_ERROR'],
    ['a currency that is none', {}, { source_currency: 'XXX' }, 400, 'INVALID_VALUE_ERROR'],
    ['an exchange', {}, EURO, 400, 'INVALID_VALUE_ERROR'],
    ['a currency of another key', {}, { source_currency: 'IDR' }, 403, 'INVALID_MERCHANT_SETTINGS'],
    ['a quote', {}, { quote_id: 'q-1' }, 404, 'DATA_NOT_FOUND'],
  ])('with %s is refused and nothing happens', async (_name, changes, amounts, status, code) => {
    const refused = await xendit.payV3(v3Body(changes, {}, amounts));
    expect([refused.status, refused.body['error_code']]).toEqual([status, code]);
    expect(await xendit.transfers()).toEqual([]);
  });

  test('the version is asked for, the idempotency key is not', async () => {
    const unversioned = await xendit.payV3(v3Body(), { headers: {} });
    expect([unversioned.status, unversioned.body['error_code']]).toEqual([
      400,
      'API_VALIDATION_ERROR',
    ]);
    const other = await xendit.payV3(v3Body(), { headers: { 'api-version': '2025-09-09' } });
    expect(other.status).toBe(200);
    expect((await xendit.payV3(v3Body(), { idempotencyKey: null })).status).toBe(200);
    expect((await xendit.payV3(v3Body(), { idempotencyKey: null })).status).toBe(200);
    expect(await xendit.transfers()).toHaveLength(3);
  });

  test.each([
    ['87778798', 'SUCCEEDED'],
    ['987654321', 'REJECTED'],
  ])('%s waits for compliance and is %s then', async (account_number, end) => {
    const { payout_id } = (await xendit.payV3(v3Body({}, { account_number }))).body;
    expect((await readV3(payout_id))['status']).toBe('PENDING_COMPLIANCE_ASSESSMENT');
    await eventually(async () => (await readV3(payout_id))['status'] === end);
    expect((await readV3(payout_id))['failure_code']).toBeUndefined();
  });

  test('what waits for compliance can be cancelled, what is requested cannot', async () => {
    const { payout_id } = (await xendit.payV3(v3Body({}, { account_number: '4455445544' }))).body;
    const phase = async (code: string) =>
      await xendit.control('settle', { reference: 'payout-ref-002', status: 'accepted', code });
    const cancel = async () =>
      await xendit.call('POST', `/xendit/v3/payouts/${String(payout_id)}/cancel`, {}, V3);
    for (const status of ['REQUESTED', 'READY', 'LOCKED']) {
      expect((await phase(status)).status).toBe(200);
      expect((await readV3(payout_id))['status']).toBe(status);
      expect((await cancel()).body['error_code']).toBe('INELIGIBLE_TRANSACTION_STATUS');
    }
    await phase('ROUTING');
    expect((await cancel()).body['status']).toBe('CANCELLED');
  });
});
