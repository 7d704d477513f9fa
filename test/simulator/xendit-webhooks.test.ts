import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_CREDENTIALS } from '../../simulator/credentials.ts';
import { makeXenditWire } from '../../simulator/wire/xendit/wire.ts';
import { eventually, pause } from './harness.ts';
import { IDR, PHP, startXendit, to, v2Body, v3Body, type Xendit } from './xendit-harness.ts';

let xendit: Xendit;

beforeEach(async () => void (xendit = await startXendit()));
afterEach(async () => await xendit.close());

const faults = async (...rules: object[]) => await xendit.control('faults', { rules });
const eventsTold = () => xendit.told.map(({ event }) => event.event);

describe('webhooks', () => {
  test('of v2 carry the token of the business, an id and the payout', async () => {
    const { id } = (await xendit.pay(v2Body())).body;
    await eventually(() => xendit.told.length === 1);
    const [told] = xendit.told;
    expect(told?.path).toBe('/webhooks/xendit');
    expect(told?.headers['x-callback-token']).toBe(IDR.token);
    expect(told?.headers['webhook-id']).toMatch(/^[0-9a-f]+$/);
    expect(told?.event).toMatchObject({
      event: 'payout.succeeded',
      business_id: IDR.business,
      data: { ...v2Body(), id, status: 'SUCCEEDED' },
    });
  });

  test('of v3 have names of their own, and tell of compliance', async () => {
    await xendit.payV3(v3Body({}, { account_number: '987654321' }));
    await eventually(() => xendit.told.length === 2);
    expect(eventsTold().toSorted()).toEqual(['v3_payout.pending_compliance', 'v3_payout.rejected']);
    const rejected = xendit.told.find(({ event }) => event.event === 'v3_payout.rejected');
    expect(rejected?.headers['x-callback-token']).toBe(PHP.token);
    expect(rejected?.event.data).toMatchObject({ status: 'REJECTED', source_amount: 50_000 });
  });

  test('are not sent of what Xendit has no event for', async () => {
    const { id } = (await xendit.pay(to('131313'))).body;
    await xendit.call('POST', `/xendit/v2/payouts/${String(id)}/cancel`, {});
    await xendit.pay(to('121212'));
    await eventually(() => xendit.told.length > 0);
    await pause(100);
    expect(eventsTold()).toEqual(['payout.failed']);
    const { webhooks } = (await xendit.call('GET', '/_sim/stats')).body;
    expect(webhooks).toEqual({ undelivered: 0 });
  });

  test('a forged one has a wrong token and a false status under the same id', async () => {
    await faults({ effect: 'webhook_forge' });
    await xendit.pay(v2Body());
    await eventually(() => xendit.told.length === 2);
    const forged = xendit.told.find(({ headers }) => headers['x-callback-token'] !== IDR.token);
    const genuine = xendit.told.find(({ headers }) => headers['x-callback-token'] === IDR.token);
    expect(forged?.event.event).toBe('payout.failed');
    expect(genuine?.event.event).toBe('payout.succeeded');
    expect(forged?.headers['webhook-id']).toBe(genuine?.headers['webhook-id']);
  });

  test('come again 15 minutes, 1, 3, 6, 12 and 24 hours after the first try', () => {
    const wire = makeXenditWire(DEFAULT_CREDENTIALS.xendit);
    let sum = 0;
    const after = wire.retryAfterMs?.map((ms) => (sum += ms) / 3_600_000);
    expect(after).toEqual([0.25, 1, 3, 6, 12, 24]);
    expect(wire.receiverTimeoutMs).toBe(30_000);
  });

  test('that are not taken do not come again after a second, as at the mock provider', async () => {
    await xendit.close();
    xendit = await startXendit([500, 500]);
    await xendit.pay(v2Body());
    await eventually(() => xendit.told.length === 1);
    await pause(1_500);
    expect(xendit.told).toHaveLength(1);
  });

  test('webhook_first comes before the answer', async () => {
    await faults({ effect: 'webhook_first' });
    const made = await xendit.pay(v2Body());
    expect(eventsTold()).toEqual(['payout.succeeded']);
    expect(made.body['status']).toBe('ACCEPTED');
  });
});

describe('faults speak as Xendit does', () => {
  test.each([
    [{ effect: 'status_before', status: 500 }, 500, 'SERVER_ERROR'],
    [{ effect: 'status_before', status: 503 }, 503, 'SERVER_ERROR'],
    [{ effect: 'status_before', status: 429 }, 429, 'RATE_LIMIT_EXCEEDED'],
    [{ effect: 'status_before', status: 401, code: 'invalid_api_key' }, 401, 'INVALID_API_KEY'],
    [{ effect: 'status_before', status: 403, code: 'forbidden' }, 403, 'REQUEST_FORBIDDEN_ERROR'],
    [{ effect: 'reject', code: 'CHANNEL_CODE_NOT_SUPPORTED' }, 400, 'CHANNEL_CODE_NOT_SUPPORTED'],
    [{ effect: 'reject', code: 'A_NEW_CODE' }, 400, 'A_NEW_CODE'],
    [{ effect: 'accept_then_status', status: 502 }, 502, 'SERVER_ERROR'],
  ])('%j', async (effect, status, code) => {
    await faults(effect);
    const answer = await xendit.pay(v2Body());
    expect([answer.status, answer.body['error_code']]).toEqual([status, code]);
    expect(typeof answer.body['message']).toBe('string');
    const made = effect.effect === 'accept_then_status' ? 1 : 0;
    expect(await xendit.transfers()).toHaveLength(made);
  });

  test('a rate limit carries the headers of Xendit and no Retry-After', async () => {
    await faults({ effect: 'rate_limit', perSecond: 1 });
    expect((await xendit.pay(v2Body())).status).toBe(200);
    const refused = await xendit.pay(v2Body());
    expect([refused.status, refused.body['error_code']]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
    expect(refused.headers['rate-limit-limit']).toBe('60');
    expect(refused.headers['rate-limit-remaining']).toBe('0');
    expect(Number(refused.headers['rate-limit-reset'])).toBeGreaterThan(0);
    expect(Number(refused.headers['rate-limit-reset'])).toBeLessThanOrEqual(1);
    expect(refused.headers['retry-after']).toBeUndefined();
  });

  test('a rule decides before the magic number does; codes may be of either language', async () => {
    await faults({ effect: 'fail_after', ms: 10, code: 'DESTINATION_MAXIMUM_LIMIT' });
    await xendit.pay(to('131313'));
    await eventually(() => xendit.told.length === 1);
    expect(xendit.told[0]?.event.data['failure_code']).toBe('DESTINATION_MAXIMUM_LIMIT');
    await faults({ effect: 'fail_after', ms: 10 });
    await xendit.pay(v2Body());
    await eventually(() => xendit.told.length === 2);
    expect(xendit.told[1]?.event.data['failure_code']).toBe('REJECTED_BY_CHANNEL');
  });

  test('lies are lies: amount, id, status, and what is left out', async () => {
    const answer = async (effect: object) => {
      await faults(effect);
      return (await xendit.pay(v2Body())).body;
    };
    expect((await answer({ effect: 'wrong_amount' }))['amount']).toBe(10_000.01);
    expect((await answer({ effect: 'unknown_status', status: 'MAYBE' }))['status']).toBe('MAYBE');
    expect(await answer({ effect: 'omit' })).toEqual({});
    const { id } = await answer({ effect: 'wrong_id' });
    await faults();
    expect((await xendit.call('GET', `/xendit/v2/payouts/${String(id)}`)).status).toBe(404);
    await faults({ effect: 'wrong_amount' });
    expect((await xendit.payV3(v3Body())).body['source_amount']).toBe(50_001);
  });
});
