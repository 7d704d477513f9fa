import { describe, expect, test } from 'vitest';
import { ProviderError } from '../../providers/port.ts';
import { order, payout, usePeer } from './xendit-peer.ts';

const peer = usePeer();

describe('cancelling', () => {
  const cancelled = payout({ status: 'CANCELLED' });
  test('finds the payout by reference and cancels it by id', async () => {
    peer.answer = ({ method }) => ({
      body: method === 'GET' ? [payout({ status: 'ACCEPTED' })] : cancelled,
    });
    expect(await peer.xendit().cancel(order())).toBe(true);
    expect(peer.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /base/v2/payouts?reference_id=pay_1%3A1',
      'POST /base/v2/payouts/disb-1/cancel',
    ]);
  });

  test.each([
    [200, cancelled, true],
    [200, payout({ status: 'REQUESTED' }), false],
    [400, { error_code: 'API_VALIDATION_ERROR' }, false],
    [403, { error_code: 'INELIGIBLE_TRANSACTION_STATUS' }, false],
    [403, { error_code: 'CANCELLATION_NOT_ALLOWED' }, false],
    [404, { error_code: 'DATA_NOT_FOUND' }, false],
    [401, { error_code: 'INVALID_API_KEY' }, 'invalid_credentials'],
    [403, { error_code: 'REQUEST_FORBIDDEN_ERROR' }, 'forbidden'],
    [429, { error_code: 'RATE_LIMIT_EXCEEDED' }, 'unreachable'],
    [500, { error_code: 'SERVER_ERROR' }, 'unreachable'],
    [404, '<html>', 'refused'],
    [200, '{}', 'unreadable'],
    [200, payout({ id: 'disb-2', status: 'CANCELLED' }), 'unreadable'],
  ])('%i %j: %s', async (status, body, expected) => {
    peer.answer = () => ({ status, body });
    const result = peer.xendit().cancel(order({ providerPaymentId: 'disb-1' }));
    const told = await result.catch((error: unknown) =>
      error instanceof ProviderError ? error.code : error,
    );
    expect(told).toBe(expected);
  });

  test('what is not there, is over, or cannot be found is not cancelled', async () => {
    peer.answer = () => ({ body: [] });
    expect(await peer.xendit().cancel(order())).toBe(false);
    peer.answer = () => ({ body: [payout()] });
    expect(await peer.xendit().cancel(order())).toBe(false);
    peer.answer = () => ({ status: 500, body: '' });
    await expect(peer.xendit().cancel(order())).rejects.toMatchObject({ code: 'unreachable' });
    await expect(peer.xendit({ apiVersion: 'v3' }).cancel(order())).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

describe('balance and channels', () => {
  test.each([
    ['{"balance":1241231}', 124_123_100n],
    ['{"balance":90071992547409930.25}', 9_007_199_254_740_993_025n],
    ['{"balance":0.019}', 1n],
    ['{"balance":-5}', -500n],
    ['{"balance":1.5E3}', 150_000n],
  ])('%s is read exactly', async (body, expected) => {
    peer.answer = () => ({ body });
    expect(await peer.xendit().balance('IDR')).toBe(expected);
    expect(peer.seen[0]?.url).toBe('/base/balance?account_type=CASH&currency=IDR');
  });

  test.each([
    [401, '{"error_code":"INVALID_API_KEY"}', 'invalid_credentials'],
    [403, '{}', 'forbidden'],
    [500, '', 'unreachable'],
    [429, '', 'unreachable'],
    [200, '{"balance":"much"}', 'unreadable'],
    [200, '{"amount":1}', 'unreadable'],
    [200, 'nope', 'unreadable'],
  ])('a balance answered by %i %s: %s', async (status, body, code) => {
    peer.answer = () => ({ status, body });
    await expect(peer.xendit().balance('IDR')).rejects.toMatchObject({
      name: 'ProviderError',
      code,
    });
  });

  test('a currency without credentials has neither', async () => {
    await expect(peer.xendit().balance('MYR')).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    await expect(peer.xendit().channels?.('MYR')).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
  });

  test('channels in minor units; rows that make no sense are left out', async () => {
    const channel = (given: object, limits: object) => ({
      channel_code: 'PH_GCASH',
      channel_category: 'EWALLET',
      currency: 'PHP',
      channel_name: 'GCash',
      amount_limits: { minimum: 1, maximum: 50_000, minimum_increment: 0.01, ...limits },
      ...given,
    });
    peer.answer = () => ({
      body: [
        channel({}, {}),
        channel({ channel_code: 'PH_X' }, { minimum: 0.005, minimum_increment: undefined }),
        channel({ channel_code: 'PH_Y' }, { maximum: 1e20, minimum_increment: 1 }),
        channel({ currency: 'IDR' }, {}),
        channel({}, { minimum: 'none' }),
        { channel_code: 'PH_Z' },
        null,
      ],
    });
    const named = { category: 'EWALLET', currency: 'PHP', name: 'GCash' };
    const limits = { minimumMinor: 100n, maximumMinor: 5_000_000n, incrementMinor: 1n };
    expect(await peer.xendit().channels?.('PHP')).toEqual([
      { ...named, ...limits, code: 'PH_GCASH' },
      { ...named, ...limits, code: 'PH_X', minimumMinor: 1n },
      {
        ...named,
        ...limits,
        code: 'PH_Y',
        maximumMinor: 9_007_199_254_740_991n,
        incrementMinor: 100n,
      },
    ]);
    expect(peer.xendit().limits('IDR')).toMatchObject({ minimumMinor: 100n, incrementMinor: 100n });
  });
});
