import { describe, expect, test } from 'vitest';
import { WebhookRejected } from '../../providers/port.ts';
import type { XenditConfig, XenditCredential } from '../../providers/xendit/config.ts';
import { readXenditWebhook, verifyXenditWebhook } from '../../providers/xendit/webhook.ts';

const credential = {
  apiKey: 'xnd_development_1',
  callbackTokens: ['token-idr', 'token-idr-new'],
  businessId: 'business-idr',
  forUserId: null,
  defaultChannel: null,
  perMinute: 60,
};
const config: XenditConfig = {
  baseUrl: 'http://127.0.0.1:9',
  apiVersion: 'v2',
  versionHeader: '2025-09-01',
  credentials: new Map<string, XenditCredential>([
    ['IDR', credential],
    ['PHP', { ...credential, callbackTokens: ['token-php'], businessId: null }],
    ['MYR', { ...credential, callbackTokens: ['token-myr'], forUserId: 'sub-myr' }],
  ]),
};

const v2 = (data: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
  JSON.stringify({
    event: 'payout.succeeded',
    business_id: 'business-idr',
    created: '2026-01-01T00:00:00Z',
    data: {
      id: 'disb-1',
      reference_id: 'pay_1:1',
      amount: 10_000,
      currency: 'IDR',
      status: 'SUCCEEDED',
      channel_code: 'ID_BCA',
      channel_properties: { account_number: '1', account_holder_name: 'Ada' },
      ...data,
    },
    ...more,
  });
const v3 = JSON.stringify({
  event: 'v3_payout.pending_compliance',
  business_id: 'business-idr',
  data: {
    payout_id: 'po-1',
    reference_id: 'pay_2:1',
    status: 'PENDING_COMPLIANCE_REVIEW',
    destination_currency: 'IDR',
    destination_amount: '10000',
  },
});
const verify = (body: string, token = 'token-idr', more: Record<string, string> = {}) =>
  verifyXenditWebhook(config, new Headers({ 'x-callback-token': token, ...more }), body);
const rejection = (body: string, token?: string): string => {
  try {
    verify(body, token);
    return 'taken';
  } catch (error) {
    return error instanceof WebhookRejected ? error.reason : String(error);
  }
};

describe('what an event says', () => {
  test('v2, with an id made of what happened to which payout', () => {
    const event = verify(v2());
    expect(event).toEqual({
      eventId: 'payout.succeeded:disb-1:SUCCEEDED',
      type: 'payout.succeeded',
      reference: 'pay_1:1',
      providerPaymentId: 'disb-1',
      amountMinor: 1_000_000n,
      currency: 'IDR',
      outcome: { kind: 'SETTLED', providerPaymentId: 'disb-1' },
    });
    expect(readXenditWebhook(event.eventId, v2())).toEqual(event);
  });

  test('P6: the same id for the same event sent again, another for another', () => {
    const again = verify(v2({ updated: '2026-01-02T00:00:00Z' }));
    expect(again.eventId).toBe(verify(v2()).eventId);
    const reversed = v2({ status: 'REVERSED' }, { event: 'payout.reversed' });
    expect(verify(reversed)).toMatchObject({
      eventId: 'payout.reversed:disb-1:REVERSED',
      outcome: { kind: 'RETURNED' },
    });
  });

  test('Xendit’s own id comes first, and is the one that it is read again by', () => {
    const event = verify(v2(), 'token-idr', { 'webhook-id': 'evt-7' });
    expect(event.eventId).toBe('evt-7');
    expect(readXenditWebhook('evt-7', v2())).toEqual(event);
    expect(verify(v2(), 'token-idr', { 'webhook-id': 'x'.repeat(201) }).eventId).toMatch(/disb-1/);
  });

  test('v3, whichever generation is used now', () => {
    expect(verify(v3)).toMatchObject({
      reference: 'pay_2:1',
      providerPaymentId: 'po-1',
      amountMinor: 1_000_000n,
      outcome: { kind: 'ACCEPTED', providerPaymentId: 'po-1' },
    });
  });

  test('P11, P12: an unknown status and an amount finer than the currency leave it open', () => {
    expect(verify(v2({ status: 'IN_LIMBO' })).outcome).toEqual({
      kind: 'AMBIGUOUS',
      code: 'unknown_status',
    });
    expect(verify(v2({ amount: 10_000.001 }))).toMatchObject({
      amountMinor: null,
      outcome: { kind: 'AMBIGUOUS', code: 'answer_mismatch' },
    });
  });

  test('an event about something else is taken and says nothing about a payment', () => {
    const event = verify(v2({}, { event: 'invoice.paid', data: 7 }));
    expect(event).toMatchObject({ type: 'invoice.paid', reference: null, outcome: null });
    expect(event.eventId).toMatch(/^invoice\.paid:[0-9a-f]{64}$/);
  });
});

describe('P8: whose an event is', () => {
  test.each([
    '',
    'token-id',
    'token-idr ',
    'TOKEN-IDR',
    'token-idr,token-idr-new',
    'x'.repeat(9_999),
  ])('the token "%.20s" proves nothing', (token) => {
    // Headers lose the blanks around a value, so a token with one is the token.
    const expected = token === 'token-idr ' ? 'taken' : 'not_authentic';
    expect(rejection(v2(), token)).toBe(expected);
  });

  test('no token at all proves nothing, and both tokens of a rotation are taken', () => {
    expect(() => verifyXenditWebhook(config, new Headers(), v2())).toThrow(WebhookRejected);
    expect(rejection(v2(), 'token-idr-new')).toBe('taken');
  });

  test('an event of a business that is not ours is foreign', () => {
    const foreign = v2({}, { business_id: 'business-of-others' });
    expect(rejection(foreign)).toBe('foreign_account');
    expect(rejection(v2({}, { business_id: null }))).toBe('foreign_account');
    expect(rejection(v2({ business_id: 'business-idr' }, { business_id: null }))).toBe('taken');
    // Where no business is configured, the token alone says whose it is.
    expect(rejection(foreign, 'token-php')).toBe('taken');
    expect(rejection(v2({}, { business_id: 'sub-myr' }), 'token-myr')).toBe('taken');
    expect(rejection(v2({}, { business_id: 'sub-myr' }))).toBe('foreign_account');
  });

  test.each([
    '',
    'not json',
    'null',
    '[]',
    '{}',
    '{"event":7}',
    '{"event":"payout.succeeded","business_id":"business-idr"}',
    '{"event":"payout.succeeded","business_id":"business-idr","data":{"id":"disb-1"}}',
    '{"event":"v3_payout.failed","business_id":"business-idr","data":{"id":"disb-1"}}',
    v2({ id: 'x'.repeat(101) }),
    `{"event":"${'e'.repeat(101)}","business_id":"business-idr","data":{}}`,
    `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    '"'.repeat(500_000),
  ])('junk with a good token is unreadable (%#)', (body) => {
    expect(rejection(body)).toBe('unreadable');
    expect(() => readXenditWebhook('evt', body)).toThrow(WebhookRejected);
  });
});
