import { describe, expect, test } from 'vitest';
import { FAILURE_TABLES } from '../../providers/failures.ts';
import { errorOutcome } from '../../providers/stripe/outcomes.ts';
import { STRIPE_FAILURES } from '../../providers/stripe/failures.ts';
import { readPayout, readTransfer } from '../../providers/stripe/wire.ts';
import { failing, openPeer, payoutObject, transferObject } from './stripe-peer.ts';
import { inTime, orderOf } from './stripe-rig.ts';

const refused = (status: number, code: string | null, given: Record<string, unknown> = {}) =>
  errorOutcome(
    { status, type: 'invalid_request_error', code, replayed: false, headers: {}, ...given },
    'transfer',
  );

describe('every word of Stripe that the facts name', () => {
  test.each([
    [{}, { kind: 'SETTLED', providerPaymentId: 'tr_1' }],
    [
      { amount_reversed: 500, reversed: true },
      { kind: 'RETURNED', providerPaymentId: 'tr_1' },
    ],
    [{ amount_reversed: 200 }, { kind: 'PARTLY_RETURNED', returnedMinor: 200n }],
  ])('a transfer %o is %o', (given, outcome) => {
    expect(readTransfer(transferObject(given))?.outcome).toMatchObject(outcome);
  });

  test.each<[object, string]>([
    [{ amount_reversed: 600 }, 'more came back than went'],
    [{ amount_reversed: 500 }, 'all came back, and it is not reversed'],
    [{ reversed: true }, 'it is reversed, and nothing came back'],
    [{ amount: 5.5 }, 'no whole amount'],
    [{ amount: '500' }, 'an amount as a text'],
    [{ amount: 2 ** 60 }, 'an amount that JSON cannot carry exactly'],
    [{ currency: 'zzz' }, 'no currency'],
    [{ id: 'po_1' }, 'the id of something else'],
    [{ object: 'payout' }, 'something else'],
    [{ metadata: {} }, 'none of ours'],
    [{ metadata: null }, 'none of ours'],
    [{ livemode: 'no' }, 'no mode'],
    [{ created: 'today' }, 'no time'],
  ])('a transfer with %o is not read: %s', (given) => {
    expect(readTransfer(transferObject(given))).toBeNull();
  });

  test.each([
    ['pending', { kind: 'ACCEPTED' }],
    ['in_transit', { kind: 'ACCEPTED' }],
    ['paid', { kind: 'SETTLED' }],
    ['canceled', { kind: 'FAILED_FINAL', failure: { code: 'cancelled_at_provider' } }],
    ['failed', { kind: 'FAILED_FINAL', failure: { code: 'provider_rejected' } }],
    ['PAID', { kind: 'AMBIGUOUS', code: 'unknown_status' }],
    ['posted', { kind: 'AMBIGUOUS', code: 'unknown_status' }],
    ['under_review', { kind: 'AMBIGUOUS', code: 'unknown_status' }],
  ])('P12: a payout that is %s', (status, outcome) => {
    expect(readPayout(payoutObject({ status }))?.outcome).toMatchObject(outcome);
  });

  test('P18: a payout that was paid and reversed has come back', () => {
    const payout = payoutObject({ status: 'paid', reversed_by: 'po_2' });
    expect(readPayout(payout)?.outcome).toMatchObject({
      kind: 'RETURNED',
      failure: { code: 'returned' },
    });
  });

  test.each([
    'account_closed',
    'account_frozen',
    'no_account',
    'invalid_account_number',
    'incorrect_account_holder_name',
    'invalid_currency',
    'bank_account_restricted',
    'debit_not_authorized',
    'declined',
    'bank_ownership_changed',
    'unsupported_card',
  ])('a payout that failed by %s is final, and its account is not paid again', (word) => {
    const payout = payoutObject({ status: 'failed', failure_code: word });
    expect(readPayout(payout)?.outcome).toMatchObject({
      kind: 'FAILED_FINAL',
      providerPaymentId: 'po_1',
      failure: { providerCode: word, blocksAccount: true },
    });
  });

  test.each([
    ['could_not_process', { afterMs: 3_600_000, times: 3 }],
    ['insufficient_funds', { afterMs: 60_000, times: null }],
  ])('a payout that failed by %s is tried again later, with a new key', (word, retry) => {
    const payout = payoutObject({ status: 'failed', failure_code: word });
    expect(readPayout(payout)?.outcome).toMatchObject({ kind: 'FAILED_RETRYABLE', retry });
  });

  test.each([
    [400, 'account_invalid', 'invalid_account', true],
    [403, 'account_invalid', 'invalid_account', true],
    [404, 'resource_missing', 'invalid_account', true],
    [400, 'resource_missing', 'invalid_account', true],
    [400, 'transfers_not_allowed', 'account_not_enabled', true],
    [400, 'insufficient_capabilities_for_transfer', 'account_not_enabled', true],
    [400, 'payouts_not_allowed', 'account_not_enabled', true],
    [400, 'amount_too_small', 'amount_out_of_range', false],
    [400, 'amount_too_large', 'amount_out_of_range', false],
    [400, 'parameter_invalid_empty', 'request_refused', false],
    [400, 'parameter_invalid_integer', 'request_refused', false],
    [400, 'parameter_missing', 'request_refused', false],
    [400, 'parameter_unknown', 'request_refused', false],
    [400, 'a_new_word', 'provider_rejected', false],
    [402, 'a_new_word', 'provider_rejected', false],
    [404, 'a_new_word', 'provider_rejected', false],
    [400, null, 'provider_rejected', false],
  ])('status %i %s fails for good as %s', (status, word, code, blocksAccount) => {
    expect(refused(status, word)).toMatchObject({
      kind: 'FAILED_FINAL',
      providerPaymentId: null,
      failure: { code, blocksAccount },
    });
  });

  test.each([
    [400, 'balance_insufficient', 'funds'],
    [400, 'insufficient_funds', 'funds'],
    [401, null, 'credentials'],
    [401, 'api_key_expired', 'credentials'],
    [401, 'a_new_word', 'credentials'],
    [403, null, 'forbidden'],
    [403, 'a_new_word', 'forbidden'],
    [400, 'testmode_charges_only', 'forbidden'],
  ])('P14: status %i %s halts: %s', (status, word, cause) => {
    const outcome = refused(status, word);
    expect(outcome).toMatchObject({ kind: 'HALT_BATCH', cause });
    expect(outcome.kind === 'HALT_BATCH' ? outcome.remedy : '').toMatch(/resume the batch/);
  });

  test.each([
    [409, 'idempotency_key_in_use', {}],
    [409, 'lock_timeout', {}],
    [400, null, { type: 'idempotency_error' }],
    [500, null, { type: 'api_error' }],
    [500, null, { type: 'api_error', replayed: true }],
    [502, null, {}],
    [503, 'balance_insufficient', {}],
    [504, null, {}],
    [302, null, {}],
  ])('status %i %s leaves it open', (status, word, given) => {
    expect(refused(status, word, given).kind).toBe('AMBIGUOUS');
  });

  test.each([
    [429, 'rate_limit', {}, 1_000],
    [429, 'lock_timeout', {}, 1_000],
    [429, null, { headers: { 'retry-after': '7' } }, 7_000],
    [429, null, { headers: { 'retry-after': '99999999' } }, 300_000],
    [429, null, { headers: { 'retry-after': 'soon' } }, 1_000],
    [400, 'rate_limit', {}, 1_000],
  ])('P13: status %i %s waits and burns no retry', (status, word, given, afterMs) => {
    expect(refused(status, word, given)).toEqual({
      kind: 'RETRY_SAME_KEY',
      code: 'rate_limited',
      burnsRetry: false,
      retryAfterMs: afterMs,
    });
  });

  test('a refusal that a key keeps is not waited out: only a new key can succeed', () => {
    expect(refused(400, 'balance_insufficient', { replayed: true })).toMatchObject({
      kind: 'FAILED_RETRYABLE',
      failure: { code: 'insufficient_funds' },
      retry: { times: null },
    });
  });

  test('a payee’s own balance that is short concerns no other payout of the batch', async () => {
    const { provider } = await openPeer(() => failing(400, { code: 'balance_insufficient' }), {
      BURSAR_STRIPE_METHOD: 'payout',
    });
    const payment = provider.prepare(orderOf());
    const outcomes = await provider.submit([payment], inTime());
    expect(outcomes.get(payment.reference)).toMatchObject({ kind: 'FAILED_RETRYABLE' });
  });

  test('each word has both remedies, and the table is known to everybody', () => {
    expect(FAILURE_TABLES.stripe).toBe(STRIPE_FAILURES);
    const rules = Object.values(STRIPE_FAILURES);
    const sentences = rules.flatMap(({ payee, operator }) => [payee, operator]);
    expect(sentences.filter((text) => !/^[A-Z].*\.$/.test(text))).toEqual([]);
    const halting = rules.filter(({ retry }) => retry === 'halt');
    expect(
      halting.filter(({ operator }) => !operator.endsWith(', then resume the batch.')),
    ).toEqual([]);
  });
});
