import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { CallResult, HttpCall } from '../../providers/http.ts';
import { makeStripeProvider } from '../../providers/stripe/provider.ts';
import { readPayout, readTransfer } from '../../providers/stripe/wire.ts';
import { plainTools, type ProviderTools } from '../../providers/tools.ts';
import { startStripeMock, STRIPE_MOCK_VERSION } from '../support/stripe-mock.ts';
import { ACCOUNT, configFor, inTime, orderOf } from './stripe-rig.ts';

const mock = await startStripeMock();
const skipped = mock.kind === 'missing' ? ` (SKIPPED: ${mock.reason})` : '';
const url = mock.kind === 'running' ? mock.url : '';

afterAll(() => (mock.kind === 'running' ? mock.close() : undefined));

/** The calls that an adapter made, with the status that stripe-mock gave each. */
interface Seen {
  call: HttpCall;
  status: number | null;
}

/** Our own connections, written down. */
function recording(seen: Seen[]): ProviderTools {
  const tools = plainTools();
  return {
    ...tools,
    openPeer: (provider, baseUrl, options) => {
      const peer = tools.openPeer(provider, baseUrl, options);
      return {
        close: () => peer.close(),
        call: async (call): Promise<CallResult> => {
          const result = await peer.call(call);
          seen.push({ call, status: result.kind === 'answered' ? result.status : null });
          return result;
        },
      };
    },
  };
}

function open(method: 'transfer' | 'payout') {
  const seen: Seen[] = [];
  const config = configFor(url, { BURSAR_STRIPE_URL: url, BURSAR_STRIPE_METHOD: method });
  const provider = makeStripeProvider(config, recording(seen));
  return { provider, seen };
}

const asked = (seen: readonly Seen[]) =>
  seen.map(({ call, status }) => `${call.method} ${call.path.split('?')[0]} ${status}`);

describe.skipIf(mock.kind === 'missing')(
  `requests are accepted by stripe-mock ${STRIPE_MOCK_VERSION}${skipped}`,
  () => {
    const known = (id: string) => ({ ...orderOf(), providerPaymentId: id, sentAt: new Date() });
    const day = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')] as const;

    test('transfers: make, read, list by group and by time, reverse', async () => {
      const { provider, seen } = open('transfer');
      const payment = provider.prepare(orderOf({ amountMinor: 12_345n }));
      // It keeps no metadata: what does not carry our reference is never taken for ours.
      const outcome = (await provider.submit([payment], inTime())).get(payment.reference);
      expect(outcome).toMatchObject({ kind: 'AMBIGUOUS' });
      await provider.lookup([known('tr_1MiN3gLkdIwHu7ixNCZvFdgA')]);
      await provider.lookup([payment]);
      expect(await provider.reverse?.(known('tr_1MiN3gLkdIwHu7ixNCZvFdgA'), 'key-1')).toBe(true);
      for await (const _ of provider.listTransfers(...day));
      expect(asked(seen)).toEqual([
        'POST /v1/transfers 200',
        'GET /v1/transfers/tr_1MiN3gLkdIwHu7ixNCZvFdgA 200',
        'GET /v1/transfers 200',
        'POST /v1/transfers/tr_1MiN3gLkdIwHu7ixNCZvFdgA/reversals 200',
        'GET /v1/transfers 200',
      ]);
      expect(seen[0]?.call.headers['Idempotency-Key']).toBe(payment.reference);
      await provider.close();
    });

    test('payouts: make, read, list by account and time, cancel', async () => {
      const { provider, seen } = open('payout');
      const payment = provider.prepare(orderOf({ amountMinor: 12_345n }));
      const outcome = (await provider.submit([payment], inTime())).get(payment.reference);
      expect(outcome).toMatchObject({ kind: 'AMBIGUOUS' });
      await provider.lookup([known('po_1OaFDbEcg9tTZuTgNYmX0PKB')]);
      await provider.lookup([{ ...payment, sentAt: new Date() }]);
      expect(await provider.cancel(known('po_1OaFDbEcg9tTZuTgNYmX0PKB'))).toBe(true);
      for await (const _ of provider.listTransfers(...day));
      expect(asked(seen).slice(0, 5)).toEqual([
        'POST /v1/payouts 200',
        'GET /v1/payouts/po_1OaFDbEcg9tTZuTgNYmX0PKB 200',
        'GET /v1/payouts 200',
        'POST /v1/payouts/po_1OaFDbEcg9tTZuTgNYmX0PKB/cancel 200',
        'GET /v1/accounts 200',
      ]);
      expect(seen.every(({ status }) => status === 200)).toBe(true);
      const onAccount = seen.filter(({ call }) => call.path.startsWith('/v1/payouts'));
      expect(
        new Set(onAccount.slice(0, 4).map(({ call }) => call.headers['Stripe-Account'])),
      ).toEqual(new Set([ACCOUNT]));
      await provider.close();
    });

    test('the balance and the standing of an account', async () => {
      const { provider, seen } = open('transfer');
      await provider.balance('USD');
      await provider.syncAccounts([ACCOUNT]).catch(() => []);
      expect(asked(seen)).toEqual(['GET /v1/balance 200', `GET /v1/accounts/${ACCOUNT} 200`]);
      await provider.close();
    });

    const post = (path: string, fields: Record<string, string>) =>
      fetch(`${url}/v1/${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_123' },
        body: new URLSearchParams(fields),
      });
    const object = z.looseObject({ id: z.string() });

    test('its transfers and payouts, as Stripe describes them, are read', async () => {
      const metadata = { txn_id: 'pay_1:1' };
      const money = { amount: '12345', currency: 'usd' };
      const transfer = await post('transfers', { ...money, destination: ACCOUNT });
      const payout = await post('payouts', money);
      expect(readTransfer({ ...object.parse(await transfer.json()), metadata })).toMatchObject({
        reference: 'pay_1:1',
        amountMinor: 12_345n,
        currency: 'USD',
        destination: ACCOUNT,
        outcome: { kind: 'SETTLED' },
      });
      expect(readPayout({ ...object.parse(await payout.json()), metadata })).toMatchObject({
        amountMinor: 12_345n,
        outcome: { kind: 'ACCEPTED' },
      });
    });

    test('it does refuse what Stripe would refuse', async () => {
      const wrong = await post('transfers', { amount: '1', currency: 'usd', recipient: ACCOUNT });
      expect(wrong.status).toBe(400);
    });
  },
);
