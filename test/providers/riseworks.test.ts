import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { OrderUnfit } from '../../providers/port.ts';
import { draftOf, KEY, refused, riseConfig } from './riseworks-peer.ts';
import { PAYMENTS, useRise } from './riseworks-rig.ts';

const rise = useRise();
const { order, stageOne, sign, submitOne } = rise;

describe('signing in', () => {
  test('signs the message with the wallet, once for calls that come together', async () => {
    rise.peer.answer('GET /v2/balance', {
      body: { success: true, data: { balances: [{ currency: 'USD', balance_cents: 500 }] } },
    });
    const balances = await Promise.all([1, 2, 3].map(() => rise.provider.balance('USD')));
    expect(balances).toEqual([500n, 500n, 500n]);
    expect(rise.peer.sent('POST /v2/auth/verify')).toHaveLength(1);
  });

  test('a token that expired is renewed once, and the call repeated with the same bytes', async () => {
    const payment = order();
    const signed = await sign([payment]);
    rise.peer.expireTokens();
    expect(await submitOne(payment, signed)).toMatchObject({ kind: 'ACCEPTED' });
    expect(rise.peer.sent('POST /v2/auth/verify')).toHaveLength(2);
    const bodies = rise.peer.sent(`PUT ${PAYMENTS}`).map(({ body }) => body);
    expect(bodies).toEqual([signed.body, signed.body]);
  });

  test('a second 401 halts for the credentials', async () => {
    rise.peer.answer(`POST ${PAYMENTS}`, refused(401, 'JWT_EXPIRED'));
    expect(await stageOne()).toMatchObject({ kind: 'HALT_BATCH', cause: 'credentials' });
    expect(rise.peer.sent('POST /v2/auth/verify')).toHaveLength(2);
  });

  test.each([
    [refused(401, 'SIGNATURE_MISMATCH'), { kind: 'HALT_BATCH', cause: 'credentials' }],
    [refused(400, 'INVALID_WALLET'), { kind: 'HALT_BATCH', cause: 'credentials' }],
    [refused(404, 'INVALID_RISE_ID'), { kind: 'HALT_BATCH', cause: 'credentials' }],
    [refused(403, 'no permission'), { kind: 'HALT_BATCH', cause: 'forbidden' }],
    [{ status: 500 }, { kind: 'RETRY_SAME_KEY', burnsRetry: false }],
    [{ status: 429 }, { kind: 'RETRY_SAME_KEY', burnsRetry: false }],
    [{ reset: true } as const, { kind: 'RETRY_SAME_KEY', burnsRetry: false }],
    [{ body: 'junk' }, { kind: 'RETRY_SAME_KEY', burnsRetry: false }],
    [
      { body: { success: true, data: { siwe: 'Nonce: 1\nfor 0xsomebody else' } } },
      { kind: 'RETRY_SAME_KEY', burnsRetry: false },
    ],
  ])('an answer to the sign-in %j sends no payment: %j', async (reply, outcome) => {
    rise.peer.answer('GET /v2/auth/siwe', reply);
    expect(await stageOne()).toMatchObject(outcome);
    expect(rise.peer.sent(`POST ${PAYMENTS}`)).toHaveLength(0);
  });
});

describe('prepare', () => {
  test('carries the reference, the user and the cents', () => {
    const payment = order({ amountMinor: 9_007_199_254_740_991n });
    expect(payment.body).toBe(
      `{"to":"us-ghi789jkl012","amount_cents":9007199254740991,"currency_symbol":"USD","invoice_description":"${payment.reference}"}`,
    );
  });

  test.each(['', 'acct_1', 'te-abc123def456', 'us-a b', 'us-"x"______'])(
    'refuses the account %j, without repeating it',
    (accountRef) => {
      expect(() => order({ accountRef })).toThrow(OrderUnfit);
    },
  );

  test('refuses another currency', () => {
    expect(rise.provider.limits('EUR')).toBeNull();
    expect(() =>
      rise.provider.prepare({ ...order(), currency: 'EUR', details: null, payeeName: '' }),
    ).toThrow(OrderUnfit);
  });
});

test('the private key occurs in no outcome, error or printed adapter', async () => {
  const written: string[] = [
    inspect(rise.provider, { depth: 20, showHidden: true }),
    inspect(riseConfig(rise.peer.url), { depth: 20 }),
  ];
  for (const reply of [refused(400, 'x'), { body: 'junk' }, { reset: true } as const]) {
    rise.peer.answer('POST /v2/auth/verify', reply);
    written.push(inspect(await stageOne(), { depth: 20 }));
    written.push(
      inspect(await rise.provider.balance('USD').catch((error: unknown) => error), { depth: 20 }),
    );
  }
  rise.peer.forget();
  rise.peer.answer(`POST ${PAYMENTS}`, ({ body }) => ({
    body: { success: true, data: draftOf(JSON.parse(body).to, { salt: 'no number' }) },
  }));
  written.push(inspect(await stageOne(), { depth: 20 }));
  expect(written.join('\n').toLowerCase()).not.toContain(KEY.slice(2, 34));
});
