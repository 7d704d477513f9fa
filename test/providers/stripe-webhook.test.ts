import { Stripe } from 'stripe';
import { describe, expect, test } from 'vitest';
import { WebhookRejected, type WebhookRejection } from '../../providers/port.ts';
import { makeStripeProvider } from '../../providers/stripe/provider.ts';
import { plainTools } from '../../providers/tools.ts';
import { payoutObject, transferObject } from './stripe-peer.ts';
import { ACCOUNT, configFor } from './stripe-rig.ts';

const OLD_SECRET = 'whsec_canary_old_0123456789';
const SECRET = 'whsec_canary_new_0123456789';
const SECONDS = () => Math.floor(Date.now() / 1_000);

const open = (more: Record<string, string> = {}) =>
  makeStripeProvider(
    configFor('http://127.0.0.1:9', { BURSAR_STRIPE_WEBHOOK_SECRET: SECRET, ...more }),
    plainTools(),
  );

const eventOf = (given: object = {}) =>
  JSON.stringify({
    id: 'evt_1',
    object: 'event',
    api_version: '2026-10-28.endive',
    created: SECONDS(),
    livemode: false,
    type: 'transfer.created',
    data: { object: transferObject() },
    ...given,
  });

/** Headers as Stripe's own library makes them. */
const signed = (payload: string, given: { secret?: string; timestamp?: number } = {}) =>
  new Headers({
    'stripe-signature': Stripe.webhooks.generateTestHeaderString({
      payload,
      secret: given.secret ?? SECRET,
      ...(given.timestamp === undefined ? {} : { timestamp: given.timestamp }),
    }),
  });

function rejectionOf(act: () => unknown): WebhookRejection | 'taken' {
  try {
    act();
    return 'taken';
  } catch (error) {
    const isSilent = error instanceof WebhookRejected && !`${error.stack}`.includes('canary');
    if (!isSilent) throw error;
    return error.reason;
  }
}

describe('events signed by Stripe’s own library', () => {
  test('an event is read, with what it says of the payment', () => {
    const body = eventOf();
    const event = open().verifyWebhook(signed(body), body);
    expect(event).toEqual({
      eventId: 'evt_1',
      type: 'transfer.created',
      reference: 'pay_1:1',
      providerPaymentId: 'tr_1',
      amountMinor: 500n,
      currency: 'USD',
      outcome: { kind: 'SETTLED', providerPaymentId: 'tr_1' },
    });
    expect(open().readWebhook('evt_1', body)).toEqual(event);
    expect(rejectionOf(() => open().readWebhook('evt_2', body))).toBe('unreadable');
  });

  test.each([
    ['transfer.reversed', { amount_reversed: 500, reversed: true }, 'RETURNED'],
    ['transfer.reversed', { amount_reversed: 100 }, 'PARTLY_RETURNED'],
    ['transfer.updated', {}, 'SETTLED'],
    ['transfer.updated', { amount_reversed: 500, reversed: true }, 'RETURNED'],
  ])('P18: %s %o says %s', (type, given, kind) => {
    const body = eventOf({ type, data: { object: transferObject(given) } });
    expect(open().verifyWebhook(signed(body), body).outcome?.kind).toBe(kind);
  });

  test.each([
    ['payout.created', { status: 'pending' }, 'ACCEPTED'],
    ['payout.updated', { status: 'in_transit' }, 'ACCEPTED'],
    ['payout.paid', { status: 'paid' }, 'SETTLED'],
    ['payout.reconciliation_completed', { status: 'paid' }, 'SETTLED'],
    ['payout.failed', { status: 'failed', failure_code: 'no_account' }, 'FAILED_FINAL'],
    ['payout.canceled', { status: 'canceled' }, 'FAILED_FINAL'],
    ['payout.updated', { status: 'thinking' }, 'AMBIGUOUS'],
  ])('%s %o says %s', (type, given, kind) => {
    const body = eventOf({ type, account: ACCOUNT, data: { object: payoutObject(given) } });
    const provider = open({ BURSAR_STRIPE_METHOD: 'payout' });
    expect(provider.verifyWebhook(signed(body), body).outcome?.kind).toBe(kind);
  });

  test.each([
    ['payout.paid', payoutObject({ status: 'paid' })],
    ['account.updated', { id: ACCOUNT, object: 'account' }],
    ['a.new.kind', null],
    ['transfer.created', transferObject({ metadata: {} })],
    ['transfer.created', transferObject({ metadata: { txn_id: 7 } })],
  ])('%s %o is about no payment of ours', (type, object) => {
    const body = eventOf({ type, data: { object } });
    expect(open().verifyWebhook(signed(body), body)).toMatchObject({
      eventId: 'evt_1',
      reference: null,
      providerPaymentId: null,
      outcome: null,
    });
  });

  test('each of several secrets proves an event, and no other', () => {
    const both = open({ BURSAR_STRIPE_WEBHOOK_SECRET: `${OLD_SECRET}, ${SECRET}` });
    const body = eventOf();
    for (const secret of [OLD_SECRET, SECRET]) {
      expect(both.verifyWebhook(signed(body, { secret }), body).eventId).toBe('evt_1');
    }
    const other = signed(body, { secret: 'whsec_somebody_else' });
    expect(rejectionOf(() => both.verifyWebhook(other, body))).toBe('not_authentic');
  });
});

describe('an event of a connected account about itself', () => {
  const CREATED = 1_767_225_600;
  /** The state of that second counts until its end, since Stripe tells no part of it. */
  const toldAt = new Date('2026-01-01T00:00:00.999Z');
  const accountObject = (given: object = {}) => ({
    id: ACCOUNT,
    object: 'account',
    capabilities: { transfers: 'active' },
    details_submitted: true,
    email: 'ada@example.com',
    payouts_enabled: true,
    requirements: { disabled_reason: null },
    ...given,
  });
  const accountEvent = (given: object = {}, more: object = {}) =>
    eventOf({
      type: 'account.updated',
      account: ACCOUNT,
      created: CREATED,
      data: { object: accountObject(given) },
      ...more,
    });
  const NO_PAYMENT = {
    reference: null,
    providerPaymentId: null,
    amountMinor: null,
    currency: null,
    outcome: null,
  };

  test.each([
    [{}, 'APPROVED', 'APPROVED'],
    [{ payouts_enabled: false }, 'APPROVED', 'PENDING'],
    [{ capabilities: { transfers: 'pending' } }, 'PENDING', 'APPROVED'],
    [{ capabilities: { legacy_payments: 'active' } }, 'APPROVED', 'APPROVED'],
    [
      { capabilities: null, payouts_enabled: false, details_submitted: false },
      'NOT_STARTED',
      'NOT_STARTED',
    ],
    [{ requirements: { disabled_reason: 'rejected.fraud' } }, 'REJECTED', 'REJECTED'],
  ])('%o is %s for transfers and %s for payouts', (given, forTransfers, forPayouts) => {
    const body = accountEvent(given);
    for (const [method, kycStatus] of [
      ['transfer', forTransfers],
      ['payout', forPayouts],
    ] as const) {
      const provider = open({ BURSAR_STRIPE_METHOD: method });
      const event = provider.verifyWebhook(signed(body), body);
      expect(event).toEqual({
        eventId: 'evt_1',
        type: 'account.updated',
        ...NO_PAYMENT,
        account: { accountRef: ACCOUNT, kycStatus, email: 'ada@example.com', toldAt },
      });
      expect(provider.readWebhook('evt_1', body)).toEqual(event);
    }
  });

  test('one that disconnects can be paid no more, though nobody has rejected it', () => {
    const object = { id: 'ca_1', object: 'application', name: 'Platform' };
    const body = accountEvent({}, { type: 'account.application.deauthorized', data: { object } });
    const account = { accountRef: ACCOUNT, kycStatus: 'PENDING', email: null, toldAt };
    expect(open().verifyWebhook(signed(body), body)).toMatchObject({ ...NO_PAYMENT, account });
  });

  test.each([
    ['of the platform itself', { account: undefined }, {}],
    ['that names the platform', { account: 'acct_own' }, { BURSAR_STRIPE_ACCOUNT: 'acct_own' }],
    ['about a capability', { type: 'capability.updated' }, {}],
    ['about a bank account', { type: 'account.external_account.updated' }, {}],
  ])('one %s says nothing about an account of ours', (_name, more, settings) => {
    const body = accountEvent({}, more);
    const event = open(settings).verifyWebhook(signed(body), body);
    expect(event).toMatchObject(NO_PAYMENT);
    expect(event.account).toBeUndefined();
  });

  test.each<[string, object, object, WebhookRejection]>([
    ['whose object is another account', { id: 'acct_other' }, {}, 'unreadable'],
    ['whose object is no account', { id: undefined }, {}, 'unreadable'],
    ['whose capabilities are not readable', { capabilities: 'all' }, {}, 'unreadable'],
    ['without a time', {}, { created: undefined }, 'unreadable'],
    ['of the other mode', {}, { livemode: true }, 'foreign_account'],
  ])('P8: one %s is refused', (_name, given, more, reason) => {
    const body = accountEvent(given, more);
    expect(rejectionOf(() => open().verifyWebhook(signed(body), body))).toBe(reason);
    expect(rejectionOf(() => open().readWebhook('evt_1', body))).toBe(reason);
  });

  test('in live mode those of tests, which Stripe sends as well, say nothing', () => {
    const live = open({
      BURSAR_STRIPE_MODE: 'live',
      BURSAR_STRIPE_URL: 'https://127.0.0.1:9',
      BURSAR_STRIPE_SECRET_KEY: 'sk_live_0123456789',
    });
    const body = accountEvent({}, { livemode: true });
    expect(live.verifyWebhook(signed(body), body).account?.kycStatus).toBe('APPROVED');
    for (const tried of [accountEvent(), eventOf({ account: ACCOUNT })]) {
      const event = live.verifyWebhook(signed(tried), tried);
      expect(event).toMatchObject(NO_PAYMENT);
      expect(event.account).toBeUndefined();
    }
    const own = eventOf();
    expect(rejectionOf(() => live.verifyWebhook(signed(own), own))).toBe('foreign_account');
  });
});

describe('P8: what is not Stripe’s is refused', () => {
  const body = eventOf();
  const header = signed(body).get('stripe-signature') ?? '';
  const [time = '', signature = ''] = header.split(',');
  const newer = `t=${SECONDS() + 1}`;

  test.each([
    ['no header', ''],
    ['junk', 'junk'],
    ['no signature', time],
    ['no time', signature],
    ['another time', `${newer},${signature}`],
    ['no time at all', `t=NaN,${signature}`],
    ['another scheme', `${time},${signature.replace('v1=', 'v0=')}`],
    ['a shorter signature', `${time},${signature.slice(0, -1)}`],
    ['an empty signature', `${time},v1=`],
    ['huge junk', `${time},v1=${'0'.repeat(100_000)}`],
  ])('%s', (_name, value) => {
    const headers = new Headers({ 'stripe-signature': value });
    expect(rejectionOf(() => open().verifyWebhook(headers, body))).toBe('not_authentic');
  });

  test('every changed byte of a body', () => {
    const provider = open();
    for (let at = 0; at < body.length; at += 7) {
      const changed = `${body.slice(0, at)}${body[at] === 'x' ? 'y' : 'x'}${body.slice(at + 1)}`;
      expect(rejectionOf(() => provider.verifyWebhook(signed(body), changed))).toBe(
        'not_authentic',
      );
    }
    expect(rejectionOf(() => provider.verifyWebhook(signed(body), ''))).toBe('not_authentic');
  });

  test('one that is older than five minutes, as in a replay', () => {
    const late = signed(body, { timestamp: SECONDS() - 310 });
    const soon = signed(body, { timestamp: SECONDS() - 290 });
    expect(rejectionOf(() => open().verifyWebhook(late, body))).toBe('not_authentic');
    expect(rejectionOf(() => open().verifyWebhook(soon, body))).toBe('taken');
  });

  test.each<[string, object, WebhookRejection, Record<string, string>]>([
    ['of the other mode', { livemode: true }, 'foreign_account', {}],
    ['of an account on its own', { account: 'acct_foreign' }, 'foreign_account', {}],
    [
      'of another platform',
      { account: 'acct_foreign' },
      'foreign_account',
      { BURSAR_STRIPE_ACCOUNT: 'acct_own' },
    ],
    [
      'of a payout that is not on a connected account',
      { type: 'payout.paid', data: { object: payoutObject({ status: 'paid' }) } },
      'foreign_account',
      { BURSAR_STRIPE_METHOD: 'payout' },
    ],
    ['whose object is of the other mode', inLive(), 'unreadable', {}],
    [
      'whose transfer is not readable',
      { data: { object: { ...inLive(), ...ours() } } },
      'unreadable',
      {},
    ],
    ['without an id', { id: undefined }, 'unreadable', {}],
    ['that is no event', { object: 'charge' }, 'unreadable', {}],
    ['that is a thin one', { object: 'v2.core.event' }, 'unreadable', {}],
    ['without data', { data: null }, 'unreadable', {}],
  ])('signed, and %s', (_name, given, reason, more) => {
    const signedBody = eventOf(given);
    const provider = open(more);
    expect(rejectionOf(() => provider.verifyWebhook(signed(signedBody), signedBody))).toBe(reason);
    expect(rejectionOf(() => provider.readWebhook('evt_1', signedBody))).toBe(reason);
  });

  test.each(['not json', '5', 'null', '[]', '"evt_1"', '{"id":', `[${'['.repeat(50_000)}`])(
    'signed, and no object: %.10s',
    (text) => {
      expect(rejectionOf(() => open().verifyWebhook(signed(text), text))).toBe('unreadable');
    },
  );

  test('an event of the platform itself is not foreign when it names it', () => {
    const own = eventOf({ account: 'acct_own' });
    const provider = open({ BURSAR_STRIPE_ACCOUNT: 'acct_own' });
    expect(provider.verifyWebhook(signed(own), own).reference).toBe('pay_1:1');
  });
});

function inLive() {
  return { data: { object: transferObject({ livemode: true }) } };
}

function ours() {
  return { metadata: { txn_id: 'pay_1:1' } };
}
