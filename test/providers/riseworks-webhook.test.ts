import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { WebhookRejected } from '../../providers/port.ts';
import { makeRiseProvider, type RiseConfig } from '../../providers/riseworks/provider.ts';
import { plainTools } from '../../providers/tools.ts';
import { riseConfig, SECRET, TEAM } from './riseworks-peer.ts';
import { newReference } from './riseworks-rig.ts';

const NOW = () => Math.floor(Date.now() / 1_000);
const providerWith = (webhook: Partial<RiseConfig['webhook']> = {}) => {
  const config = riseConfig('http://127.0.0.1:9');
  return makeRiseProvider({ ...config, webhook: { ...config.webhook, ...webhook } }, plainTools());
};
const event = (given: Record<string, unknown> = {}) =>
  JSON.stringify({
    object: 'event',
    created: NOW(),
    request_id: 'req-1',
    event_type: 'payment.sent',
    event_version: '1.0',
    idempotency_key: 'key-1',
    payment: { nanoid: 'pa-xyz789abc123', amount_cents: 100_000 },
    ...given,
  });
const hmac = (text: string, secret = SECRET) =>
  createHmac('sha256', secret).update(text).digest('hex');
const headersOf = (header: string) => new Headers({ 'X-Rise-Signature': header });
const signed = (body: string, t = NOW()) => headersOf(`t=${t},v1=${hmac(`${t}.${body}`)}`);
const reasonOf = (act: () => unknown) => {
  try {
    act();
    return 'accepted';
  } catch (error) {
    return error instanceof WebhookRejected ? error.reason : error;
  }
};
const provider = providerWith();

test('a payment that was sent is a hint that it settled, by the provider’s own id', () => {
  const body = event();
  const read = provider.verifyWebhook(signed(body), body);
  expect(read).toEqual({
    eventId: 'key-1',
    type: 'payment.sent',
    reference: null,
    providerPaymentId: 'pa-xyz789abc123',
    amountMinor: 100_000n,
    currency: null,
    outcome: { kind: 'SETTLED', providerPaymentId: 'pa-xyz789abc123' },
  });
  expect(provider.readWebhook('key-1', body)).toEqual(read);
  expect(reasonOf(() => provider.readWebhook('key-2', body))).toBe('unreadable');
});

test('our reference is read from a description, of the payment or of its group', () => {
  const reference = newReference();
  const payment = { nanoid: 'pa-1', invoice_description: `x ${reference}` };
  const group = { invoice_description: reference, currency: 'USD', payments: [{ nanoid: 'pa-2' }] };
  expect(read({ payment })).toMatchObject({ reference });
  expect(
    read({ event_type: 'payment.group.created', payment: undefined, payment_group: group }),
  ).toMatchObject({
    reference,
    providerPaymentId: 'pa-2',
    currency: 'USD',
    outcome: { kind: 'ACCEPTED' },
  });
});
const read = (given: Record<string, unknown>) => {
  const body = event(given);
  return provider.verifyWebhook(signed(body), body);
};

test('a group of several payments, and events about none, say nothing about a payment', () => {
  const payments = [{ nanoid: 'pa-1' }, { nanoid: 'pa-2' }];
  const nothing = { providerPaymentId: null, outcome: null };
  const of = { payment: undefined, payment_group: { payments } };
  expect(read({ event_type: 'payment.group.created', ...of })).toMatchObject(nothing);
  expect(read({ event_type: 'invite.accepted', payment: undefined })).toMatchObject(nothing);
  expect(read({ event_type: 'payment.newly_invented' })).toMatchObject({ outcome: null });
});

test.each([
  [
    'another team',
    { payment: { nanoid: 'pa-1', team_nanoid: 'te-otherteam000' } },
    'foreign_account',
  ],
  [
    'another payer',
    { payment: { nanoid: 'pa-1', payer: { nanoid: 'te-otherteam000' } } },
    'foreign_account',
  ],
  ['another team in the envelope', { team_nanoid: 'te-otherteam000' }, 'foreign_account'],
  ['our team', { team_nanoid: TEAM, payment: { nanoid: 'pa-1', payer_nanoid: TEAM } }, 'accepted'],
])('P8: an event about %s', (_what, given, reason) => {
  expect(reasonOf(() => read(given))).toBe(reason);
});

test('P8: forged, changed, stale, early and unsigned events are not authentic', () => {
  const body = event();
  const t = NOW();
  const good = hmac(`${t}.${body}`);
  const headers = [
    '',
    't=,v1=',
    `t=${t}`,
    `v1=${good}`,
    `t=${t},v1=${good.slice(0, -1)}0${good.slice(-1)}`,
    `t=${t},v1=${hmac(`${t}.${body}`, 'another secret')}`,
    `t=${t},v0=${good}`,
    `t=${t + 1},v1=${good}`,
    `t=${t}.0,v1=${good}`,
    `t=-${t},v1=${good}`,
    `t=${'9'.repeat(400)},v1=${good}`,
  ].map(headersOf);
  headers.push(signed(body, t - 601), signed(body, t + 605), new Headers());
  for (const given of headers) {
    expect(reasonOf(() => provider.verifyWebhook(given, body))).toBe('not_authentic');
  }
  expect(reasonOf(() => provider.verifyWebhook(signed(body, t - 590), body))).toBe('accepted');
  expect(reasonOf(() => provider.verifyWebhook(signed(body), `${body} `))).toBe('not_authentic');
});

test('any secret and any signature may fit, so that a secret can be changed', () => {
  const body = event();
  const t = NOW();
  const rotating = providerWith({ secrets: ['the new secret', SECRET] });
  const header = `t=${t}, v1=${'0'.repeat(64)}, v1=${hmac(`${t}.${body}`).toUpperCase()}`;
  expect(reasonOf(() => rotating.verifyWebhook(headersOf(header), body))).toBe('accepted');
  expect(
    reasonOf(() =>
      providerWith({ secrets: ['the new secret'] }).verifyWebhook(headersOf(header), body),
    ),
  ).toBe('not_authentic');
});

test('what is signed follows the template, whatever stands in the body', () => {
  const body = event({ note: '{t} {body} $& $1' });
  const t = NOW();
  const other = providerWith({ template: 'v1:{t}:{body}' });
  const header = headersOf(`t=${t},v1=${hmac(`v1:${t}:${body}`)}`);
  expect(reasonOf(() => other.verifyWebhook(header, body))).toBe('accepted');
  expect(reasonOf(() => provider.verifyWebhook(header, body))).toBe('not_authentic');
  expect(reasonOf(() => provider.verifyWebhook(signed(body), body))).toBe('accepted');
});

test.each([
  '',
  'junk',
  '[]',
  'null',
  '{}',
  event({ object: 'payment' }),
  event({ idempotency_key: '' }),
  event({ payment: 'x' }),
  event({ payment: { amount_cents: 0.5 } }),
])('an authentic body that is no event is unreadable: %s', (body) => {
  expect(reasonOf(() => provider.verifyWebhook(signed(body), body))).toBe('unreadable');
});
