import { Stripe } from 'stripe';
import { expect, test } from 'vitest';
import { makeStripeProvider } from '../../providers/stripe/provider.ts';
import { plainTools } from '../../providers/tools.ts';
import { configFor } from '../providers/stripe-rig.ts';
import { addAccount, storedAccount, type Added } from './support/accounts.ts';
import { unique } from './support/data.ts';
import { useTestApi } from './support/test-api.ts';

const STRIPE_SECRET = 'whsec_account_webhooks';
const api = useTestApi({
  providers: () => [
    makeStripeProvider(
      configFor('http://127.0.0.1:9', { BURSAR_STRIPE_WEBHOOK_SECRET: STRIPE_SECRET }),
      plainTools(),
    ),
  ],
});

const newAccount = () => unique('acct_').replaceAll('-', '');
const kycOf = async (account: Added) => (await storedAccount(api, account))['kycStatus'];

const stripeEvent = (account: string, object: object, more: object = {}) =>
  JSON.stringify({
    id: unique('evt_'),
    object: 'event',
    account,
    api_version: '2026-10-28.endive',
    created: Math.floor(Date.now() / 1_000),
    livemode: false,
    type: 'account.updated',
    data: { object: { id: account, object: 'account', details_submitted: true, ...object } },
    ...more,
  });

function deliverStripe(payload: string, secret = STRIPE_SECRET) {
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
  return api.call('POST', '/webhooks/stripe', { as: null, raw: payload, headers });
}

const ABLE = { capabilities: { transfers: 'active' }, email: 'ada@mail.example' };

test('Stripe’s own events verify an account and take that away', async () => {
  const ref = newAccount();
  const account = await addAccount(api, { provider: 'stripe', ref });
  const verified = stripeEvent(ref, ABLE);
  expect((await deliverStripe(verified)).at('result')).toBe('applied');
  expect((await deliverStripe(verified)).at('result')).toBe('duplicate');
  expect(await storedAccount(api, account)).toMatchObject({
    kycStatus: 'APPROVED',
    email: 'ada@mail.example',
  });
  // Two states of one second: the later one counts, for Stripe does not tell which is older.
  const rejected = { requirements: { disabled_reason: 'rejected.fraud' } };
  expect((await deliverStripe(stripeEvent(ref, rejected))).at('result')).toBe('applied');
  expect(await kycOf(account)).toBe('REJECTED');
  const late = stripeEvent(ref, ABLE, { created: Math.floor(Date.now() / 1_000) - 60 });
  expect((await deliverStripe(late)).at('result')).toBe('ignored');
  expect(await kycOf(account)).toBe('REJECTED');
});

test('one that disconnects from the platform is not verified any more', async () => {
  const ref = newAccount();
  const account = await addAccount(api, { provider: 'stripe', ref, kycStatus: 'APPROVED' });
  const gone = stripeEvent(
    ref,
    {},
    {
      type: 'account.application.deauthorized',
      data: { object: { id: 'ca_1', object: 'application' } },
    },
  );
  expect((await deliverStripe(gone)).at('result')).toBe('applied');
  expect(await storedAccount(api, account)).toMatchObject({
    kycStatus: 'PENDING',
    email: 'old@mail.example',
  });
});

test('P8: what Stripe did not sign, or what is about another mode or account, changes nothing', async () => {
  const ref = newAccount();
  const account = await addAccount(api, { provider: 'stripe', ref });
  const answers = [
    await deliverStripe(stripeEvent(ref, ABLE), 'whsec_somebody_else'),
    await deliverStripe(stripeEvent(ref, ABLE, { livemode: true })),
    await deliverStripe(stripeEvent(ref, { ...ABLE, id: 'acct_other' })),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 422]);
  const foreign = await deliverStripe(stripeEvent('acct_other', ABLE));
  expect([foreign.status, foreign.at('result')]).toEqual([200, 'unmatched']);
  expect(await kycOf(account)).toBe('PENDING');
});
