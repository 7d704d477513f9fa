import { describe, expect, test } from 'vitest';
import { itemOf, refused } from './riseworks-peer.ts';
import { PAYMENTS, user, useRise } from './riseworks-rig.ts';

const rise = useRise();
const { order, sign, submit, submitOne } = rise;

describe('submit', () => {
  test('a repetition sends the same bytes and pays nobody twice', async () => {
    const payment = order();
    const signed = await sign([payment]);
    await submitOne(payment, signed);
    const again = await submitOne(payment, { ...signed });
    expect(again).toMatchObject({ kind: 'ACCEPTED' });
    const [first, second] = rise.peer.sent(`PUT ${PAYMENTS}`).map(({ body }) => body);
    expect(first).toBe(signed.body);
    expect(second).toBe(first);
  });

  test('never signs by itself', async () => {
    const payment = order();
    const outcomes = await rise.provider.submit([payment], { sendBeforeMs: Infinity });
    expect(outcomes.get(payment.reference)).toMatchObject({ kind: 'RETRY_SAME_KEY' });
    expect(rise.peer.requests).toHaveLength(0);
  });

  test.each([
    ['intent', 'ACCEPTED'],
    ['scheduled', 'ACCEPTED'],
    ['complete', 'SETTLED'],
    ['Complete', 'SETTLED'],
    ['removed', 'FAILED_FINAL'],
    ['Undefined', 'AMBIGUOUS'],
    ['a new word', 'AMBIGUOUS'],
  ])('the state %j is %s', async (state, kind) => {
    rise.peer.answer(`PUT ${PAYMENTS}`, ({ body }) => ({
      body: {
        success: true,
        data: { items: JSON.parse(body).to.map((one: never) => itemOf(one, { state })) },
      },
    }));
    expect(await submitOne()).toMatchObject({ kind });
  });

  test('P10: answers are matched by reference, in any order; one left out stays open', async () => {
    const payments = [1, 2, 3].map((index) => order({ accountRef: user(index) }));
    rise.peer.answer(`PUT ${PAYMENTS}`, ({ body }) => ({
      body: {
        success: true,
        data: {
          items: JSON.parse(body)
            .to.toReversed()
            .slice(1)
            .map((one: never) => itemOf(one)),
        },
      },
    }));
    const outcomes = await submit(payments, await sign(payments));
    const found = payments.map(({ reference }) => outcomes.get(reference));
    expect(found.map((outcome) => outcome?.kind)).toEqual(['ACCEPTED', 'ACCEPTED', 'AMBIGUOUS']);
  });

  test.each([
    { recipient: { nanoid: user(9) } },
    { recipient: null },
    { payment: { amount_cents: 12_346 } },
    { payment: { amount_cents: '12345.0' } },
    { payment: { amount_cents: null }, invoice: { amount_cents: 1 } },
    { payment: { currency_symbol: 'EUR' } },
  ])('P11: an answer that differs in %j is not taken for ours', async (spoil) => {
    rise.peer.answer(`PUT ${PAYMENTS}`, ({ body }) => {
      const [item] = JSON.parse(body).to.map((one: never) => itemOf(one));
      const { payment, invoice, ...rest } = spoil as Record<string, Record<string, unknown>>;
      const lie = {
        ...item,
        ...rest,
        payment: { ...item.payment, ...payment },
        invoice: { ...item.invoice, ...invoice },
      };
      return { body: { success: true, data: [lie] } };
    });
    expect(await submitOne()).toMatchObject({ kind: 'AMBIGUOUS' });
  });

  test('an answer that lists nothing is completed by a look-up', async () => {
    const payment = order();
    const signed = await sign([payment]);
    rise.peer.answer(`PUT ${PAYMENTS}`, ({ body }) => {
      for (const one of JSON.parse(body).to)
        rise.peer.items.set(one.invoice_description, itemOf(one));
      return { body: { success: true, data: { transaction: '0x1' } } };
    });
    expect(await submitOne(payment, signed)).toMatchObject({ kind: 'ACCEPTED' });
  });

  test.each([
    [refused(400, 'INSUFFICIENT_BALANCE'), { kind: 'HALT_BATCH', cause: 'funds' }],
    [refused(400, 'INVALID_SIGNATURE'), { kind: 'HALT_BATCH', cause: 'forbidden' }],
    [
      refused(400, 'TEAM_ROLE_SETTINGS_NOT_FOUND'),
      { kind: 'HALT_BATCH', cause: 'forbidden', remedy: expect.stringMatching(/resume/) },
    ],
    [refused(401, 'x'), { kind: 'HALT_BATCH', cause: 'credentials' }],
    [refused(403, 'x'), { kind: 'HALT_BATCH', cause: 'forbidden' }],
    [refused(400, 'EXPIRED_TYPED_DATA'), { kind: 'RETRY_SAME_KEY', burnsRetry: false }],
    [refused(400, 'INVALID_RECIPIENT'), { kind: 'FAILED_FINAL' }],
    [
      refused(404, 'a sentence about nobody'),
      { kind: 'FAILED_FINAL', failure: { providerCode: 'http_404' } },
    ],
    [{ status: 429 }, { kind: 'AMBIGUOUS', code: 'rate_limited' }],
    [refused(408, 'x'), { kind: 'AMBIGUOUS' }],
    [refused(409, 'SALT_USED'), { kind: 'AMBIGUOUS' }],
    [refused(500, 'INSUFFICIENT_BALANCE'), { kind: 'AMBIGUOUS' }],
    [{ status: 502, body: '<html>' }, { kind: 'AMBIGUOUS' }],
    [
      { status: 302, headers: { location: '/' } },
      { kind: 'AMBIGUOUS', code: 'unreadable_answer' },
    ],
    [{ body: 'junk' }, { kind: 'AMBIGUOUS', code: 'unreadable_answer' }],
    [{ body: '[]' }, { kind: 'AMBIGUOUS' }],
    [{ body: refused(200, 'NEW_WORD').body }, { kind: 'AMBIGUOUS' }],
    [{ body: { success: true, data: [null, 7, { payment: {} }] } }, { kind: 'AMBIGUOUS' }],
    [{ reset: true } as const, { kind: 'AMBIGUOUS' }],
    [{ huge: true } as const, { kind: 'AMBIGUOUS' }],
  ])('the first answer to an execution %j is %j', async (reply, outcome) => {
    const payment = order();
    const signed = await sign([payment]);
    rise.peer.answer(`PUT ${PAYMENTS}`, reply);
    expect(await submitOne(payment, signed)).toMatchObject(outcome);
  });

  test.each([
    refused(400, 'INSUFFICIENT_BALANCE'),
    refused(400, 'EXPIRED_TYPED_DATA'),
    refused(400, 'INVALID_RECIPIENT'),
    refused(400, 'SALT_USED'),
    refused(401, 'JWT_EXPIRED'),
    refused(403, 'no longer yours'),
    { status: 503 },
  ])('P2: after a lost answer, %j says nothing about the send before', async (reply) => {
    const payment = order();
    const signed = await sign([payment]);
    rise.peer.answer(`PUT ${PAYMENTS}`, { reset: true }, reply);
    expect(await submitOne(payment, signed)).toMatchObject({ kind: 'AMBIGUOUS' });
    expect(await submitOne(payment, signed)).toMatchObject({ kind: 'AMBIGUOUS' });
  });

  test('C2: a worker that was given the signed bytes of another one does not judge by an error', async () => {
    const payment = order();
    const stored = { ...(await sign([payment])) };
    rise.peer.answer(`PUT ${PAYMENTS}`, refused(400, 'INVALID_RECIPIENT'));
    expect(await submitOne(payment, stored)).toMatchObject({ kind: 'AMBIGUOUS' });
    const late = await rise.provider.submit([payment], {
      signed: stored,
      sendBeforeMs: performance.now() - 1,
    });
    expect(late.get(payment.reference)).toMatchObject({ kind: 'AMBIGUOUS' });
  });

  test('a group that is refused for one payment fails that one; the others wait for a new draft', async () => {
    const payments = [1, 2].map((index) => order({ accountRef: user(index) }));
    const signed = await sign(payments);
    rise.peer.answer(`PUT ${PAYMENTS}`, refused(400, { code: 'INVALID_RECIPIENT', to: user(2) }));
    const outcomes = [...(await submit(payments, signed)).values()];
    expect(outcomes[1]).toMatchObject({ kind: 'FAILED_FINAL' });
    const [waiting] = outcomes;
    expect(waiting).toMatchObject({ kind: 'RETRY_SAME_KEY' });
    const waitMs = waiting?.kind === 'RETRY_SAME_KEY' ? (waiting.retryAfterMs ?? 0) : 0;
    expect(Date.now() + waitMs).toBeGreaterThan(
      signed.expiresAt.getTime() + rise.provider.capabilities.quietTimeMs,
    );
  });
});
