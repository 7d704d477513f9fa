import { readFileSync } from 'node:fs';
import path from 'node:path';
import { descriptionSchema } from '../../providers/generic/description.ts';
import { makeGenericProvider } from '../../providers/generic/provider.ts';
import type { CallResult, HttpCall } from '../../providers/http.ts';
import { makeMockProvider } from '../../providers/mock/provider.ts';
import type { Provider } from '../../providers/port.ts';
import { makeRiseProvider } from '../../providers/riseworks/provider.ts';
import { makeStripeProvider } from '../../providers/stripe/provider.ts';
import { plainTools, type ProviderTools } from '../../providers/tools.ts';
import { makeXenditProvider } from '../../providers/xendit/provider.ts';
import { drawFrom, type Draw } from '../support/risk-year/draw.ts';
import { draftOf, itemOf, riseConfig, WALLET } from './riseworks-peer.ts';
import { configFor as stripeConfig, orderOf } from './stripe-rig.ts';
import { listObject, payoutObject, transferObject } from './stripe-peer.ts';
import { configFor as xenditConfig } from './xendit-rig.ts';
import { payout as xenditPayout } from './xendit-peer.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NOWHERE = 'http://127.0.0.1:9';
export const REFERENCE = 'pay_1:1';
const asked = { to: 'us-ghi789jkl012', amount_cents: 500, invoice_description: REFERENCE };
const plainPayout = {
  id: 'po_1',
  reference: REFERENCE,
  recipient: 'account-1',
  amount: 500,
  currency: 'USD',
  status: 'settled',
  failureCode: null,
  createdAt: '2026-01-01T00:00:00Z',
};
const rise = (data: unknown, success = true) => ({ success, data });

/** Something that no reply has in this place. */
const JUNK: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  2 ** 53 + 2,
  0.1,
  '',
  'x'.repeat(10_000),
  '\0\uFFFD',
  '\uD800',
  '__proto__',
  'NaN',
  '-0',
  '1e999',
  '2026-13-45T99:99:99Z',
  [],
  {},
  [[[[[]]]]],
  { constructor: { prototype: { kind: 'SETTLED' } } },
  { toString: 1, valueOf: 2, length: -1 },
];
const STATUSES = [200, 200, 200, 201, 202, 204, 302, 400, 401, 402, 403, 404, 409, 422, 429, 500];

/** Changes one place of a value, anywhere in it. */
function spoil(value: unknown, draw: Draw): unknown {
  if (draw.chance(0.15) || typeof value !== 'object' || value === null) return draw.pick(JUNK);
  if (Array.isArray(value)) {
    if (value.length === 0 || draw.chance(0.1)) return [...value, draw.pick(JUNK)];
    const at = draw.whole(0, value.length);
    return value.map((each, index) => (index === at ? spoil(each, draw) : each));
  }
  const names = Object.keys(value);
  const name = names.length === 0 || draw.chance(0.05) ? 'more' : draw.pick(names);
  const { [name]: old, ...rest } = value as Record<string, unknown>;
  return draw.chance(0.1) ? rest : { ...rest, [name]: spoil(old, draw) };
}

/** Text that is no longer what it was: cut off, doubled, or with a character of its own. */
function garble(text: string, draw: Draw): string {
  const at = draw.whole(0, text.length + 1);
  return draw.pick([
    text.slice(0, at),
    `${text}${text.slice(0, at)}`,
    `${text.slice(0, at)}${draw.pick(['\0', '"', '}', '[', '\uFEFF', '<html>', '\\u'])}${text.slice(at)}`,
  ]);
}

/** What a provider might say, right in most of it. */
function replyOf(good: readonly unknown[], draw: Draw): CallResult {
  let value = draw.pick(good);
  for (let times = draw.whole(0, 4); times > 0; times -= 1) value = spoil(value, draw);
  const text = JSON.stringify(value) ?? '';
  const headers = draw.chance(0.3)
    ? {
        'retry-after': draw.pick(['', '-5', '1e9', 'soon', '99999999999999999999', '0']),
        'rate-limit-reset': draw.pick(['x', '-1', '1e400']),
        'content-type': draw.pick(['text/html', 'application/json']),
      }
    : {};
  return {
    kind: 'answered',
    status: draw.pick(STATUSES),
    headers,
    text: draw.chance(0.15) ? garble(text, draw) : text,
  };
}

/** One adapter whose peer says what is drawn. */
export interface FuzzedProvider {
  provider: Provider;
  currency: string;
  accountRef: string;
  /** Replies so far. */
  replies(): number;
  /** What the last reply was, to tell which one was not understood. */
  last(): string;
}

/** Opens an adapter over replies that are drawn from a seed; nothing is connected to. */
export function openFuzzed(name: keyof typeof ADAPTERS, seed: number): FuzzedProvider {
  const draw = drawFrom(seed);
  const { open, good, currency, accountRef, always } = ADAPTERS[name];
  const state = { replies: 0, last: '' };
  const tools: ProviderTools = {
    ...plainTools(),
    openPeer: () => ({
      async call(request) {
        const answer = always(request, draw) ?? replyOf(good, draw);
        state.replies += 1;
        state.last = JSON.stringify(answer);
        return answer;
      },
      close: async () => {},
    }),
  };
  return {
    provider: open(tools),
    currency,
    accountRef,
    replies: () => state.replies,
    last: () => state.last,
  };
}

interface Adapter {
  open(tools: ProviderTools): Provider;
  good: readonly unknown[];
  currency: string;
  accountRef: string;
  /** Replies that are not spoilt, since without them nothing else is asked. */
  always(request: HttpCall, draw: Draw): CallResult | null;
}

const never = () => null;
const plain = [
  plainPayout,
  { payouts: [plainPayout], nextCursor: null },
  { results: [{ reference: REFERENCE, payout: plainPayout }] },
  { error: { code: 'invalid_recipient', message: 'no' } },
  { currency: 'USD', available: 5 },
  { accounts: [{ accountRef: 'account-1', kycStatus: 'APPROVED', email: 'a@b.example' }] },
];
const dollars = { currency: 'USD', accountRef: 'account-1', always: never };

/** Nine sign-ins of ten at Rise work, so that what comes after is asked for too. */
function signedIn({ path: at }: HttpCall, draw: Draw): CallResult | null {
  if (!at.startsWith('/v2/auth/') || draw.chance(0.1)) return null;
  const data = at.startsWith('/v2/auth/siwe')
    ? {
        siwe: `rise.works wants you to sign in with your Ethereum account:\n${WALLET.address}\n\nRise\n\nNonce: n1\nIssued At: now`,
      }
    : { jwt: 'jwt.1' };
  return { kind: 'answered', status: 200, headers: {}, text: JSON.stringify(rise(data)) };
}

const example = path.join(import.meta.dirname, '../../examples/generic-payer.json');

export const ADAPTERS = {
  stripe: {
    open: (tools) => makeStripeProvider(stripeConfig(NOWHERE), tools),
    good: [
      transferObject(),
      payoutObject(),
      listObject([transferObject()]),
      { error: { message: 'No.', type: 'invalid_request_error', code: 'balance_insufficient' } },
      { object: 'balance', available: [{ amount: 5, currency: 'usd' }], livemode: false },
      { id: 'acct_contract', object: 'account', payouts_enabled: true, email: 'a@b.example' },
    ],
    currency: 'USD',
    accountRef: 'acct_contract',
    always: never,
  },
  xendit: {
    open: (tools) => makeXenditProvider(xenditConfig(NOWHERE), tools),
    good: [
      xenditPayout(),
      [xenditPayout()],
      { data: [xenditPayout()], has_more: false },
      { error_code: 'INSUFFICIENT_BALANCE', message: 'no' },
      { balance: 5 },
      [{ channel_code: 'ID_BCA', currency: 'IDR', amount_limits: { minimum: 1, maximum: 9 } }],
    ],
    currency: 'IDR',
    accountRef: '1234567890',
    always: never,
  },
  riseworks: {
    open: (tools) => makeRiseProvider(riseConfig(NOWHERE), tools),
    good: [
      rise(draftOf([asked])),
      rise({ items: [itemOf(asked)] }),
      rise('INVALID_SIGNATURE', false),
      rise({ members: [{ nanoid: 'us-ghi789jkl012', email: 'a@b.example' }] }),
    ],
    currency: 'USD',
    accountRef: 'us-ghi789jkl012',
    always: signedIn,
  },
  mock: {
    open: (tools) =>
      makeMockProvider(
        { baseUrl: NOWHERE, apiKey: 'key', webhookSecret: SECRET, submission: 'single' },
        tools,
      ),
    good: plain,
    ...dollars,
  },
  generic: {
    open: (tools) =>
      makeGenericProvider(
        {
          description: descriptionSchema.parse(JSON.parse(readFileSync(example, 'utf8'))),
          secret: 'key',
          webhookSecret: SECRET,
        },
        tools,
      ),
    good: plain,
    ...dollars,
  },
} satisfies Record<string, Adapter>;

/** The order that the replies are about. */
export const fuzzedOrder = ({ currency, accountRef }: FuzzedProvider) => ({
  ...orderOf({ reference: REFERENCE, currency, accountRef }),
  details: null,
});
