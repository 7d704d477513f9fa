import { describe, expect, test } from 'vitest';
import type { RateNews } from '../../providers/pace.ts';
import { plainTools, type ProviderTools } from '../../providers/tools.ts';
import { failing, listObject, openPeer, payoutObject, transferObject } from './stripe-peer.ts';
import { ACCOUNT, inTime, orderOf } from './stripe-rig.ts';

const PAYOUT = { BURSAR_STRIPE_METHOD: 'payout' };
const known = (providerPaymentId: string | null) => ({
  ...orderOf({ reference: 'pay_1:1' }),
  providerPaymentId,
});

describe('calling money back', () => {
  test('reverses the whole of a transfer, once for each key', async () => {
    const { provider, got } = await openPeer(() => ({ json: { object: 'transfer_reversal' } }));
    expect(provider.capabilities).toMatchObject({ reverse: true, cancel: false });
    expect(await provider.reverse?.(known('tr_1'), 'key-1')).toBe(true);
    expect(await provider.cancel(known('tr_1'))).toBe(false);
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({ method: 'POST', path: '/v1/transfers/tr_1/reversals' });
    expect([...(got[0]?.form.keys() ?? [])]).toEqual([]);
    expect(got[0]?.headers['idempotency-key']).toBe('key-1');
  });

  test('finds the transfer by our reference where its id is not known', async () => {
    const { provider, got } = await openPeer(({ method }) => ({
      json: method === 'GET' ? listObject([transferObject()]) : {},
    }));
    expect(await provider.reverse?.(known(null), 'key-1')).toBe(true);
    expect(got.at(-1)?.path).toBe('/v1/transfers/tr_1/reversals');
    const { provider: empty } = await openPeer(() => ({ json: listObject([]) }));
    expect(await empty.reverse?.(known(null), 'key-1')).toBe(false);
  });

  test.each([
    [400, { code: 'balance_insufficient' }, false],
    [404, { code: 'resource_missing' }, false],
  ])('status %i: the provider refuses', async (status, error, done) => {
    const { provider } = await openPeer(() => failing(status, error));
    expect(await provider.reverse?.(known('tr_1'), 'key-1')).toBe(done);
  });

  test.each([
    [400, { type: 'idempotency_error' }, 'unreachable'],
    [401, {}, 'invalid_credentials'],
    [403, {}, 'forbidden'],
    [409, { code: 'idempotency_key_in_use' }, 'unreachable'],
    [429, {}, 'unreachable'],
    [500, {}, 'unreachable'],
  ])('status %i: it stays open, and is not said to be refused', async (status, error, code) => {
    const { provider } = await openPeer(() => failing(status, error));
    await expect(provider.reverse?.(known('tr_1'), 'key-1')).rejects.toMatchObject({ code });
  });

  test('cancels a payout that is pending, on its account', async () => {
    const { provider, got } = await openPeer(
      ({ path }) =>
        path.endsWith('/po_1/cancel')
          ? { json: payoutObject({ status: 'canceled' }) }
          : failing(400, { code: 'payout_not_cancelable' }),
      PAYOUT,
    );
    expect(provider.capabilities).toMatchObject({ reverse: false, cancel: true });
    expect(provider).not.toHaveProperty('reverse');
    expect(await provider.cancel(known('po_1'))).toBe(true);
    expect(await provider.cancel(known('po_2'))).toBe(false);
    expect(got[0]?.headers).toMatchObject({
      'stripe-account': ACCOUNT,
      'idempotency-key': 'pay_1:1/cancel',
    });
  });
});

describe('the balance', () => {
  const balance = (available: unknown) =>
    openPeer(() => ({ json: { object: 'balance', available } }));
  const rows = [
    { amount: 500, currency: 'usd' },
    { amount: 250, currency: 'usd' },
    { amount: -30, currency: 'eur' },
    { amount: 1_050, currency: 'isk' },
    { amount: -1_050, currency: 'ugx' },
  ];

  test.each([
    ['USD', 750n],
    ['EUR', -30n],
    ['JPY', 0n],
    ['ISK', 10n],
    ['UGX', -11n],
  ])('in %s is %i, never more than there is', async (currency, available) => {
    const { provider } = await balance(rows);
    expect(await provider.balance(currency)).toBe(available);
  });

  test.each([
    [{ status: 200, text: '{"available":"much"}' }, 'unreadable'],
    [{ status: 200, text: 'much' }, 'unreadable'],
    [failing(401, {}), 'invalid_credentials'],
    [failing(403, {}), 'forbidden'],
    [failing(500, {}), 'unreachable'],
    [{ status: 502, text: 'Bad Gateway' }, 'unreachable'],
    ['reset' as const, 'unreachable'],
  ])('%o is said to be %s', async (reply, code) => {
    const { provider } = await openPeer(() => reply);
    await expect(provider.balance('USD')).rejects.toMatchObject({ code });
  });

  test('payouts leave the payees’ own, but the key is tried', async () => {
    const { provider, got } = await openPeer(() => ({ json: { available: rows } }), PAYOUT);
    await expect(provider.balance('USD')).rejects.toMatchObject({ code: 'unsupported' });
    expect(got.map(({ path }) => path)).toEqual(['/v1/balance']);
    const { provider: refused } = await openPeer(() => failing(401, {}), PAYOUT);
    await expect(refused.balance('USD')).rejects.toMatchObject({ code: 'invalid_credentials' });
  });
});

describe('connected accounts', () => {
  const account = (given: Record<string, unknown>) => ({
    id: ACCOUNT,
    object: 'account',
    email: 'ada@example.com',
    capabilities: { transfers: 'active' },
    payouts_enabled: true,
    details_submitted: true,
    requirements: { disabled_reason: null },
    ...given,
  });
  const pending = { disabled_reason: 'requirements.pending_verification' };
  const past = { disabled_reason: 'requirements.past_due' };
  const rejected = { disabled_reason: 'rejected.fraud' };

  test.each([
    [{}, 'APPROVED', 'APPROVED'],
    [{ payouts_enabled: false }, 'APPROVED', 'PENDING'],
    [
      { capabilities: { transfers: 'inactive', legacy_payments: 'active' } },
      'APPROVED',
      'APPROVED',
    ],
    [{ capabilities: { transfers: 'pending' }, requirements: pending }, 'PENDING', 'APPROVED'],
    [{ capabilities: {}, payouts_enabled: false, requirements: past }, 'PENDING', 'PENDING'],
    [
      { capabilities: null, payouts_enabled: false, details_submitted: false },
      'NOT_STARTED',
      'NOT_STARTED',
    ],
    [{ requirements: rejected }, 'REJECTED', 'REJECTED'],
  ])('%o is %s for transfers and %s for payouts', async (given, forTransfers, forPayouts) => {
    for (const [more, kycStatus] of [
      [{}, forTransfers],
      [PAYOUT, forPayouts],
    ] as const) {
      const { provider } = await openPeer(() => ({ json: account(given) }), more);
      expect(await provider.syncAccounts([ACCOUNT])).toEqual([
        { accountRef: ACCOUNT, kycStatus, email: 'ada@example.com' },
      ]);
    }
  });

  test('ones that are not there, or not ours, are left out; others are told', async () => {
    const { provider } = await openPeer(({ path }) => {
      if (path.endsWith('acct_gone')) return failing(404, { code: 'resource_missing' });
      if (path.endsWith('acct_foreign')) return failing(403, { code: 'account_invalid' });
      return { json: account({ id: path.split('/').at(-1), email: null }) };
    });
    const states = await provider.syncAccounts(['acct_gone', 'acct_1', 'acct_foreign', 'iban-1']);
    expect(states).toEqual([{ accountRef: 'acct_1', kycStatus: 'APPROVED', email: null }]);
  });

  test.each([
    [{ json: account({ id: 'acct_other' }) }, 'unreadable'],
    [{ json: { object: 'account' } }, 'unreadable'],
    [failing(403, {}), 'forbidden'],
    [failing(500, {}), 'unreachable'],
  ])('%o is a failure and no standing', async (reply, code) => {
    const { provider } = await openPeer(() => reply);
    await expect(provider.syncAccounts([ACCOUNT])).rejects.toMatchObject({ code });
  });
});

describe('the rate', () => {
  test('P13: submissions and reads of a sandbox share a budget, and a 429 is told to it', async () => {
    const heard: [string, RateNews][] = [];
    const paces: [string, number][] = [];
    const tools: ProviderTools = {
      ...plainTools(),
      pace: (_provider, name, { perMinute }) => {
        paces.push([name, perMinute]);
        return {
          reserve: (count) => Promise.resolve({ granted: count, waitMs: 0 }),
          turn: () => Promise.resolve(true),
          heed: (news) => heard.push([name, news]),
        };
      },
    };
    const limited = () => failing(429, { code: 'rate_limit' }, { 'retry-after': '3' });
    const { provider } = await openPeer(limited, { BURSAR_STRIPE_PER_SECOND: '25' }, tools);
    await provider.submit([provider.prepare(orderOf())], inTime());
    await provider.lookup([orderOf()]);
    const news = { limited: true, remaining: null, resetMs: 3_000 };
    expect(heard).toEqual([
      ['transfers', news],
      ['transfers', news],
    ]);
    expect(paces).toEqual([['transfers', 25 * 60]]);
  });
});
