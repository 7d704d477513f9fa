import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from './harness.ts';
import { IDR, PHP, startXendit, to, v2Body, type Xendit } from './xendit-harness.ts';

let xendit: Xendit;

beforeAll(async () => void (xendit = await startXendit()));
afterAll(async () => await xendit.close());
beforeEach(async () => {
  await xendit.control('reset', {});
  xendit.told.length = 0;
});

const CASH = { channel_code: 'PH_CEBUANA', currency: 'PHP', amount: 100 };

async function read(id: unknown) {
  return (await xendit.call('GET', `/xendit/v2/payouts/${String(id)}`)).body;
}

// The receiver may still hear of what the tests before this one made.
const eventsOf = (reference: string) =>
  xendit.told
    .filter(({ event }) => event.data.reference_id === reference)
    .map(({ event }) => event.event)
    .toSorted();

async function available(key = IDR.key) {
  return (await xendit.call('GET', '/xendit/balance', undefined, { key })).body['balance'];
}

describe('v2', () => {
  test('a payout is accepted, told in major units, kept in minor units, and succeeds', async () => {
    const made = await xendit.pay(v2Body({ amount: 1_000_000, metadata: { outlet_no: 24 } }));
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      ...v2Body({ amount: 1_000_000 }),
      status: 'ACCEPTED',
      business_id: IDR.business,
      metadata: { outlet_no: 24 },
    });
    expect(made.body['id']).toMatch(/^disb-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-/);
    expect(Date.parse(String(made.body['estimated_arrival_time']))).toBeGreaterThan(
      Date.parse(String(made.body['created'])),
    );
    const [transfer] = await xendit.transfers();
    expect(transfer).toMatchObject({
      provider: 'xendit',
      reference: 'ref-1',
      recipient: '000000000099',
      amount: 100_000_000,
      currency: 'IDR',
    });
    await eventually(async () => (await read(made.body['id']))['status'] === 'SUCCEEDED');
  });

  test('PHP has decimals where the channel has them', async () => {
    const wallet = { channel_code: 'PH_GCASH', currency: 'PHP', amount: 1.11 };
    const made = await xendit.pay(to('09171234567', wallet), { key: PHP.key });
    expect(made.body).toMatchObject({ amount: 1.11, currency: 'PHP', status: 'ACCEPTED' });
    expect((await xendit.transfers())[0]).toMatchObject({ amount: 111, currency: 'PHP' });
    const bank = { channel_code: 'PH_AUB', currency: 'PHP', amount: 1.11 };
    const refused = await xendit.pay(to('09171234567', bank), { key: PHP.key });
    expect(refused.body['error_code']).toBe('AMOUNT_INCREMENT_NOT_SUPPORTED');
  });

  test('the same key with the same body is the same payout, with another body a 409', async () => {
    const idempotencyKey = 'payment:1';
    const first = await xendit.pay(v2Body(), { idempotencyKey });
    const again = await xendit.pay(v2Body(), { idempotencyKey });
    expect(again.status).toBe(200);
    expect(again.body['id']).toBe(first.body['id']);
    const other = await xendit.pay(v2Body({ amount: 10_001 }), { idempotencyKey });
    expect([other.status, other.body['error_code']]).toEqual([409, 'DUPLICATE_ERROR']);
    expect(await xendit.transfers()).toHaveLength(1);
  });

  test('a key counts within one business only', async () => {
    const idempotencyKey = 'payment:1';
    await xendit.pay(v2Body(), { idempotencyKey });
    const body = to('09171234567', { channel_code: 'PH_BDO', currency: 'PHP', amount: 20 });
    const other = await xendit.pay(body, { idempotencyKey, key: PHP.key });
    expect(other.status).toBe(200);
    expect(await xendit.transfers()).toHaveLength(2);
  });

  const ID_OVO = { channel_code: 'ID_OVO', amount: 20_000_001 };
  const NAMELESS = { channel_properties: { account_number: '000000000099' } };
  test.each<[string, object, string]>([
    ['no reference', { reference_id: undefined }, 'API_VALIDATION_ERROR'],
    ['a long reference', { reference_id: 'r'.repeat(256) }, 'API_VALIDATION_ERROR'],
    ['an amount as text', { amount: '10000' }, 'API_VALIDATION_ERROR'],
    ['a negative amount', { amount: -10_000 }, 'API_VALIDATION_ERROR'],
    ['no name', NAMELESS, 'API_VALIDATION_ERROR'],
    ['an unknown channel', { channel_code: 'ID_NOBANK' }, 'CHANNEL_CODE_NOT_SUPPORTED'],
    ["another country's channel", { channel_code: 'PH_BDO' }, 'CHANNEL_CODE_NOT_SUPPORTED'],
    ['too little', { amount: 9_999 }, 'MINIMUM_TRANSFER_LIMIT_ERROR'],
    ['too much', ID_OVO, 'MAXIMUM_TRANSFER_LIMIT_ERROR'],
    ['half a rupiah', { amount: 10_000.5 }, 'AMOUNT_INCREMENT_NOT_SUPPORTED'],
    ['a thousandth', { amount: 10_000.001 }, 'AMOUNT_INCREMENT_NOT_SUPPORTED'],
    ['a number that is none', to('BCA-1!'), 'RECIPIENT_ACCOUNT_NUMBER_ERROR'],
  ])('with %s is refused and nothing happens', async (_name, changes, code) => {
    const refused = await xendit.pay({ ...v2Body(), ...changes });
    expect([refused.status, refused.body['error_code']]).toEqual([400, code]);
    expect(typeof refused.body['message']).toBe('string');
    expect(await xendit.transfers()).toEqual([]);
  });

  test('a validation error names the fields', async () => {
    const refused = await xendit.pay(v2Body({ amount: '1' }));
    expect(refused.body['errors']).toEqual([{ path: 'amount', message: expect.any(String) }]);
    expect((await xendit.pay('{"amount":')).body['error_code']).toBe('API_VALIDATION_ERROR');
  });

  test('the idempotency key is needed and has at most 100 characters', async () => {
    for (const idempotencyKey of [null, '', 'k'.repeat(101)]) {
      const refused = await xendit.pay(v2Body(), { idempotencyKey });
      expect([refused.status, refused.body['error_code']]).toEqual([400, 'API_VALIDATION_ERROR']);
    }
    expect((await xendit.pay(v2Body(), { idempotencyKey: 'k'.repeat(100) })).status).toBe(200);
  });
});

describe('keys', () => {
  test('an unknown one is 401, one that may only read or has another currency 403', async () => {
    const stranger = await xendit.pay(v2Body(), { key: 'xnd_development_nobody' });
    expect([stranger.status, stranger.body['error_code']]).toEqual([401, 'INVALID_API_KEY']);
    const reader = { key: `${IDR.key}_readonly` };
    const forbidden = await xendit.pay(v2Body(), reader);
    expect([forbidden.status, forbidden.body['error_code']]).toEqual([
      403,
      'REQUEST_FORBIDDEN_ERROR',
    ]);
    expect((await xendit.call('GET', '/xendit/balance', undefined, reader)).status).toBe(200);
    const foreign = await xendit.pay(v2Body(), { key: PHP.key });
    expect([foreign.status, foreign.body['error_code']]).toEqual([403, 'REQUEST_FORBIDDEN_ERROR']);
    expect(await xendit.transfers()).toEqual([]);
  });

  test("see their own business's payouts only", async () => {
    const { id } = (await xendit.pay(v2Body())).body;
    const path = `/xendit/v2/payouts/${String(id)}`;
    const other = await xendit.call('GET', path, undefined, { key: PHP.key });
    expect([other.status, other.body['error_code']]).toEqual([404, 'DATA_NOT_FOUND']);
    const found = '/xendit/v2/payouts?reference_id=ref-1';
    expect((await xendit.call('GET', found, undefined, { key: PHP.key })).body).toEqual([]);
    expect((await xendit.call('GET', found)).body).toHaveLength(1);
  });
});

describe('magic account numbers', () => {
  test.each([
    ['123456', 'TEMPORARY_TRANSFER_ERROR'],
    ['999999', 'REJECTED_BY_CHANNEL'],
    ['121212', 'INVALID_DESTINATION'],
  ])('%s fails with %s and the money comes back', async (accountNumber, failure_code) => {
    const before = await available();
    const made = await xendit.pay(to(accountNumber));
    expect(made.body['status']).toBe('ACCEPTED');
    expect(made.body['failure_code']).toBeUndefined();
    await eventually(async () => (await read(made.body['id']))['status'] === 'FAILED');
    expect(await read(made.body['id'])).toMatchObject({ failure_code });
    expect(await available()).toBe(before);
  });

  test('131313 stays ACCEPTED and can be cancelled, once', async () => {
    const before = await available();
    const { id } = (await xendit.pay(to('131313'))).body;
    const settled = (await xendit.pay(to('000000000099'))).body;
    await eventually(async () => (await read(settled['id']))['status'] === 'SUCCEEDED');
    expect((await read(id))['status']).toBe('ACCEPTED');
    const cancel = async () =>
      await xendit.call('POST', `/xendit/v2/payouts/${String(id)}/cancel`, {});
    expect((await cancel()).body).toMatchObject({ id, status: 'CANCELLED' });
    expect(await available()).toBe(Number(before) - 10_000);
    const late = await cancel();
    expect([late.status, late.body['error_code']]).toEqual([403, 'INELIGIBLE_TRANSACTION_STATUS']);
  });

  test('654321 succeeds and is reversed later', async () => {
    const { id } = (await xendit.pay(to('654321', { reference_id: 'reversed' }))).body;
    await eventually(async () => (await read(id))['status'] === 'REVERSED');
    await eventually(() => eventsOf('reversed').length === 2);
    expect(eventsOf('reversed')).toEqual(['payout.reversed', 'payout.succeeded']);
  });

  test('cash: 141414 stays REQUESTED and can be called back, Justin Baby never comes', async () => {
    const cash = async (properties: object) =>
      await xendit.pay(v2Body({ ...CASH, channel_properties: properties }), { key: PHP.key });
    const get = async (id: unknown) =>
      (await xendit.call('GET', `/xendit/v2/payouts/${String(id)}`, undefined, { key: PHP.key }))
        .body['status'];
    const waiting = await cash({ recipient_given_names: 'Ana', account_number: '141414' });
    expect(waiting.body['status']).toBe('ACCEPTED');
    expect(await get(waiting.body['id'])).toBe('REQUESTED');
    const path = `/xendit/v2/payouts/${String(waiting.body['id'])}/cancel`;
    expect((await xendit.call('POST', path, {}, { key: PHP.key })).body['status']).toBe(
      'CANCELLED',
    );
    const lost = await cash({ recipient_given_names: 'Justin Baby' });
    await eventually(async () => (await get(lost.body['id'])) === 'EXPIRED');
  });

  test('more than the balance is accepted and fails; the balance is never negative', async () => {
    await xendit.control('balance', { provider: 'xendit', currency: 'IDR', amount: 1_500_000 });
    const first = await xendit.pay(v2Body({ reference_id: 'covered' }));
    const second = await xendit.pay(v2Body({ reference_id: 'short' }));
    expect([first.body['status'], second.body['status']]).toEqual(['ACCEPTED', 'ACCEPTED']);
    expect(await available()).toBe(5_000);
    await eventually(async () => (await read(second.body['id']))['status'] === 'FAILED');
    expect(await read(second.body['id'])).toMatchObject({ failure_code: 'INSUFFICIENT_BALANCE' });
    expect(await available()).toBe(5_000);
    const settle = { reference: 'short', status: 'settled' };
    expect((await xendit.control('settle', settle)).status).toBe(409);
    expect(await available()).toBe(5_000);
    await xendit.restart();
    expect(await available()).toBe(5_000);
  });
});

describe('v2 lists', () => {
  test('by reference are a bare array, as documented, or wrapped, as the library reads them', async () => {
    const ids: unknown[] = [];
    for (let at = 0; at < 3; at += 1) ids.push((await xendit.pay(v2Body())).body['id']);
    const find = async (query: string, prefix = '') =>
      (await xendit.call('GET', `/xendit${prefix}/v2/payouts?${query}`)).body;
    const idsIn = (rows: unknown) => (rows as { id: unknown }[]).map(({ id }) => id);
    expect(idsIn(await find('reference_id=ref-1'))).toEqual(ids);
    expect(await find('reference_id=unknown')).toEqual([]);
    expect(idsIn(await find(`reference_id=ref-1&after_id=${String(ids[0])}`))).toEqual(
      ids.slice(1),
    );
    expect(idsIn(await find(`reference_id=ref-1&before_id=${String(ids[2])}`))).toEqual(
      ids.slice(0, 2),
    );
    const page = await find('reference_id=ref-1&limit=2', '/sdk');
    expect(page).toMatchObject({ has_more: true, links: { rel: 'next', method: 'GET' } });
    expect(idsIn(page['data'])).toEqual(ids.slice(0, 2));
    const last = await xendit.call('GET', `/xendit/sdk${(page['links'] as { href: string }).href}`);
    expect(last.body).toMatchObject({ has_more: false, links: {} });
    expect(idsIn(last.body['data'])).toEqual(ids.slice(2));
    const nameless = await xendit.call('GET', '/xendit/v2/payouts');
    expect([nameless.status, nameless.body['error_code']]).toEqual([400, 'API_VALIDATION_ERROR']);
  });

  test('of channels hold the documented examples and can be filtered', async () => {
    const channels = async (query: string) =>
      (await xendit.call('GET', `/xendit/payouts_channels${query}`)).body as unknown as {
        channel_code: string;
        currency: string;
        channel_category: string;
      }[];
    const all = await channels('');
    expect(all).toContainEqual({
      channel_code: 'ID_BSI',
      channel_category: 'BANK',
      currency: 'IDR',
      channel_name: 'Bank Syariah Indonesia',
      amount_limits: { minimum: 10_000, maximum: 1_999_999_999_999, minimum_increment: 1 },
    });
    expect(all).toContainEqual({
      channel_code: 'PH_AUB',
      channel_category: 'BANK',
      currency: 'PHP',
      channel_name: 'Asia United Bank',
      amount_limits: { minimum: 1, maximum: 100_000_000, minimum_increment: 1 },
    });
    const codes = all.map(({ channel_code }) => channel_code);
    expect(codes).toEqual(codes.toSorted());
    const wallets = await channels('?currency=PHP&channel_category=EWALLET,OTC');
    expect(new Set(wallets.map(({ currency }) => currency))).toEqual(new Set(['PHP']));
    expect(new Set(wallets.map(({ channel_category }) => channel_category))).toEqual(
      new Set(['EWALLET', 'OTC']),
    );
    expect(await channels('?channel_code=ID_BCA')).toHaveLength(1);
    expect(await channels('?channel_code=ID_NOBANK')).toEqual([]);
  });

  test('the balance is in major units; nothing is held', async () => {
    await xendit.control('balance', { provider: 'xendit', currency: 'PHP', amount: 123_456 });
    expect(await available(PHP.key)).toBe(1_234.56);
    const held = await xendit.call('GET', '/xendit/balance?account_type=HOLDING');
    expect(held.body).toEqual({ balance: 0 });
    const other = await xendit.call('GET', '/xendit/balance?currency=USD');
    expect([other.status, other.body['error_code']]).toEqual([400, 'FEATURE_NOT_AVAILABLE']);
  });
});
