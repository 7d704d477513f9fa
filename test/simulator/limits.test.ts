import { afterEach, beforeEach, expect, test } from 'vitest';
import { IDR, PHP, startXendit, v2Body, type Xendit } from './xendit-harness.ts';

let xendit: Xendit;

beforeEach(async () => void (xendit = await startXendit()));
afterEach(async () => await xendit.close());

const limit = async (perMinute: number | null, provider = 'xendit') =>
  await xendit.control('limits', { provider, perMinute });
const balance = async (key = IDR.key) =>
  await xendit.call('GET', '/xendit/balance', undefined, { key });

test('there is no limit, and nothing is said of one, until one is set', async () => {
  expect((await balance()).headers['rate-limit-limit']).toBeUndefined();
});

test('every answer counts down; the one too many is 429 and makes nothing', async () => {
  expect((await limit(3)).status).toBe(200);
  const remaining: unknown[] = [];
  for (let at = 0; at < 3; at += 1) {
    const made = await xendit.pay(v2Body());
    expect([made.status, made.headers['rate-limit-limit']]).toEqual([200, '3']);
    remaining.push(made.headers['rate-limit-remaining']);
  }
  expect(remaining).toEqual(['2', '1', '0']);
  const refused = await xendit.pay(v2Body());
  expect([refused.status, refused.body['error_code']]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
  expect(refused.headers['rate-limit-remaining']).toBe('0');
  expect(refused.headers['rate-limit-reset']).toMatch(/^\d+\.\d+$/);
  const resetSeconds = Number(refused.headers['rate-limit-reset']);
  expect(resetSeconds).toBeGreaterThan(0);
  expect(resetSeconds).toBeLessThanOrEqual(60);
  expect(await xendit.transfers()).toHaveLength(3);
});

test('each endpoint and each key has a window of its own', async () => {
  await limit(1);
  expect((await balance()).status).toBe(200);
  expect((await balance()).status).toBe(429);
  expect((await balance(PHP.key)).status).toBe(200);
  const { status, body } = await xendit.pay(v2Body());
  expect(status).toBe(200);
  expect((await xendit.call('GET', `/xendit/v2/payouts/${String(body['id'])}`)).status).toBe(200);
  expect((await xendit.call('GET', '/xendit/v2/payouts?reference_id=ref-1')).status).toBe(200);
  expect((await xendit.call('GET', '/xendit/v2/payouts?reference_id=ref-1')).status).toBe(429);
});

test('a limit is kept over a restart, and taken away by null or a reset', async () => {
  await limit(1);
  await xendit.restart();
  expect((await balance()).headers['rate-limit-limit']).toBe('1');
  expect((await balance()).status).toBe(429);
  await limit(null);
  expect((await balance()).status).toBe(200);
  await limit(1);
  await xendit.control('reset', {});
  expect((await balance()).headers['rate-limit-limit']).toBeUndefined();
});

test('the mock provider can be limited too, in its own words', async () => {
  await limit(1, 'mock');
  const mock = async () =>
    await xendit.call('GET', '/mock/balance?currency=USD', undefined, {
      headers: { authorization: 'Bearer sim_key' },
    });
  expect((await mock()).status).toBe(200);
  const refused = await mock();
  expect([refused.status, refused.body['error']]).toMatchObject([429, { code: 'rate_limited' }]);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await limit(1, 'nobody')).status).toBe(422);
  expect((await limit(0)).status).toBe(422);
});
