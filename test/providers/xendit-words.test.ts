import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../domain/outcome.ts';
import type { CallResult } from '../../providers/http.ts';
import { XENDIT_FAILURES } from '../../providers/xendit/failures.ts';
import { callOutcome, payoutOutcome } from '../../providers/xendit/outcomes.ts';
import { rateNews } from '../../providers/xendit/rate.ts';
import type { Payout } from '../../providers/xendit/wire.ts';

const ordered = { reference: 'pay_1:1', amountMinor: 1_000_000n, currency: 'IDR' };
const payout = (given: Partial<Payout> = {}): Payout => ({
  id: 'disb-1',
  reference: 'pay_1:1',
  amountMinor: 1_000_000n,
  currency: 'IDR',
  status: 'ACCEPTED',
  failureCode: null,
  businessId: null,
  ...given,
});
const answered = (status: number, text: string, headers = {}): CallResult => ({
  kind: 'answered',
  status,
  headers,
  text,
});
const error = (status: number, code: string) =>
  callOutcome(answered(status, JSON.stringify({ error_code: code, message: 'no' })));

/** An outcome as one line of a table: its kind, our code, and the rule of another try. */
function told(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'FAILED_FINAL':
      return `FAILED_FINAL ${outcome.failure.code}`;
    case 'FAILED_RETRYABLE': {
      const { afterMs, times } = outcome.retry;
      return `FAILED_RETRYABLE ${outcome.failure.code} ${afterMs / 60_000} min x${times}`;
    }
    case 'RETURNED':
      return `RETURNED ${outcome.failure.code}`;
    case 'AMBIGUOUS':
      return `AMBIGUOUS ${outcome.code}`;
    case 'HALT_BATCH':
      return `HALT_BATCH ${outcome.cause}`;
    default:
      return outcome.kind;
  }
}

describe('every status of a payout', () => {
  test.each([
    ['ACCEPTED', 'ACCEPTED'],
    ['ROUTING', 'ACCEPTED'],
    ['PENDING_COMPLIANCE_ASSESSMENT', 'ACCEPTED'],
    ['PENDING_COMPLIANCE_REVIEW', 'ACCEPTED'],
    ['REQUESTED', 'ACCEPTED'],
    ['READY', 'ACCEPTED'],
    ['LOCKED', 'ACCEPTED'],
    ['SUCCEEDED', 'SETTLED'],
    ['FAILED', 'FAILED_FINAL failed_at_provider'],
    ['REJECTED', 'FAILED_FINAL compliance_rejected'],
    ['COMPLIANCE_REJECTED', 'FAILED_FINAL compliance_rejected'],
    ['EXPIRED', 'FAILED_FINAL expired'],
    ['CANCELLED', 'FAILED_FINAL cancelled_at_provider'],
    ['REVERSED', 'RETURNED returned'],
    ['succeeded', 'AMBIGUOUS unknown_status'],
    ['COMPLETED', 'AMBIGUOUS unknown_status'],
    ['toString', 'AMBIGUOUS unknown_status'],
  ])('%s is %s', (status, expected) => {
    expect(told(payoutOutcome(payout({ status }), ordered))).toBe(expected);
  });

  test('a return says why where Xendit does', () => {
    const reversed = (failureCode: string) =>
      told(payoutOutcome(payout({ status: 'REVERSED', failureCode }), ordered));
    expect(reversed('INVALID_DESTINATION')).toBe('RETURNED invalid_account');
    expect(reversed('A_NEW_WORD')).toBe('RETURNED returned');
  });
});

describe('every failure code of a payout', () => {
  test.each([
    ['INSUFFICIENT_BALANCE', 'FAILED_RETRYABLE insufficient_funds 1 min xnull'],
    ['TEMPORARY_TRANSFER_ERROR', 'FAILED_RETRYABLE temporary_failure 60 min x3'],
    ['REJECTED_BY_CHANNEL', 'FAILED_RETRYABLE rejected_by_bank 60 min x1'],
    ['INVALID_DESTINATION', 'FAILED_FINAL invalid_account'],
    ['DESTINATION_MAXIMUM_LIMIT', 'FAILED_FINAL destination_limit'],
    ['ACCOUNT_NAME_MISMATCH', 'FAILED_FINAL account_name_mismatch'],
    ['TRANSFER_ERROR', 'FAILED_FINAL transfer_error'],
    ['SLS_SENDER', 'FAILED_FINAL compliance_sender'],
    ['SLS_RECIPIENT', 'FAILED_FINAL compliance_recipient'],
    ['A_NEW_WORD', 'FAILED_FINAL provider_rejected'],
    ['constructor', 'FAILED_FINAL provider_rejected'],
  ])('%s is %s', (failureCode, expected) => {
    const outcome = payoutOutcome(payout({ status: 'FAILED', failureCode }), ordered);
    expect(told(outcome)).toBe(expected);
    expect(outcome).toMatchObject({ providerPaymentId: 'disb-1' });
  });

  test('each tells payee and operator what helps, and blocks only what must be corrected', () => {
    const blocking = [];
    for (const [word, rule] of Object.entries(XENDIT_FAILURES)) {
      expect(rule.payee).toMatch(/^[A-Z].+\.$/s);
      expect(rule.operator).toMatch(/^[A-Z].+\.$/s);
      expect(rule.operator).not.toBe(rule.payee);
      if (rule.blocksAccount) blocking.push(word);
    }
    expect(blocking.toSorted()).toEqual([
      'ACCOUNT_NAME_MISMATCH',
      'CHANNEL_CODE_NOT_SUPPORTED',
      'INVALID_DESTINATION',
      'RECIPIENT_ACCOUNT_NUMBER_ERROR',
      'SLS_RECIPIENT',
    ]);
  });
});

describe('every error of a submission', () => {
  test.each([
    [400, 'API_VALIDATION_ERROR', 'FAILED_FINAL request_refused'],
    [400, 'CHANNEL_CODE_NOT_SUPPORTED', 'FAILED_FINAL channel_not_supported'],
    [400, 'RECIPIENT_ACCOUNT_NUMBER_ERROR', 'FAILED_FINAL invalid_account'],
    [400, 'MINIMUM_TRANSFER_LIMIT_ERROR', 'FAILED_FINAL amount_out_of_range'],
    [400, 'MAXIMUM_TRANSFER_LIMIT_ERROR', 'FAILED_FINAL amount_out_of_range'],
    [400, 'AMOUNT_INCREMENT_NOT_SUPPORTED', 'FAILED_FINAL amount_increment'],
    [400, 'INVALID_VALUE_ERROR', 'FAILED_FINAL request_refused'],
    [400, 'INVALID_QUOTE', 'FAILED_FINAL request_refused'],
    [400, 'INSUFFICIENT_BALANCE', 'HALT_BATCH funds'],
    [400, 'INVALID_ACCOUNT_DETAILS', 'FAILED_FINAL provider_rejected'],
    [401, 'INVALID_API_KEY', 'HALT_BATCH credentials'],
    [401, 'A_NEW_WORD', 'HALT_BATCH credentials'],
    [403, 'REQUEST_FORBIDDEN_ERROR', 'HALT_BATCH forbidden'],
    [403, 'INVALID_MERCHANT_SETTINGS', 'HALT_BATCH forbidden'],
    [404, 'DATA_NOT_FOUND', 'FAILED_FINAL request_refused'],
    [408, 'A_NEW_WORD', 'AMBIGUOUS A_NEW_WORD'],
    [409, 'DUPLICATE_ERROR', 'AMBIGUOUS DUPLICATE_ERROR'],
    [422, 'CHANNEL_UNAVAILABLE', 'FAILED_FINAL provider_rejected'],
    [500, 'SERVER_ERROR', 'AMBIGUOUS http_500'],
    [502, 'SERVER_ERROR', 'AMBIGUOUS http_502'],
    [503, 'A_NEW_WORD', 'AMBIGUOUS http_503'],
    [504, 'A_NEW_WORD', 'AMBIGUOUS http_504'],
  ])('%i %s is %s', (status, code, expected) => {
    expect(told(error(status, code))).toBe(expected);
  });

  test('P13: 429 waits as Rate-Limit-Reset says, in seconds with a fraction', () => {
    const limited = (headers: Record<string, string>) =>
      callOutcome(answered(429, 'not json', headers));
    expect(limited({ 'rate-limit-reset': '58.37' })).toEqual({
      kind: 'RETRY_SAME_KEY',
      code: 'rate_limited',
      burnsRetry: false,
      retryAfterMs: 58_370,
    });
    for (const junk of ['', 'soon', '-5', '1e9', 'NaN']) {
      expect(limited({ 'rate-limit-reset': junk })).toMatchObject({ retryAfterMs: 5_000 });
    }
    expect(limited({ 'rate-limit-reset': '999999999' })).toMatchObject({ retryAfterMs: 300_000 });
  });

  test('what was surely not sent, and what has no answer', () => {
    expect(callOutcome({ kind: 'not_sent', code: 'ECONNREFUSED' })).toMatchObject({
      kind: 'RETRY_SAME_KEY',
      burnsRetry: false,
    });
    expect(told(callOutcome({ kind: 'no_answer', code: 'ECONNRESET' }))).toBe(
      'AMBIGUOUS econnreset',
    );
  });

  test.each([
    [200, ''],
    [200, 'null'],
    [200, '{}'],
    [201, '<html>'],
    [302, '{"error_code":"MOVED"}'],
    [400, 'Bad Request'],
    [401, '[]'],
    [403, '<html>blocked</html>'],
    [404, '{"message":"no such page"}'],
    [400, '{"error_code":7}x'],
    [400, `{"error_code":"${'A'.repeat(101)}"}`],
    [500, '"'.repeat(100_000)],
  ])('%i with a body that is none of Xendit’s proves nothing', (status, text) => {
    expect(told(callOutcome(answered(status, text)))).toBe('AMBIGUOUS unreadable_answer');
  });
});

test('P11: a payout that is not the one ordered is never taken for it', () => {
  for (const wrong of [
    { reference: 'pay_2:1' },
    { reference: 'PAY_1:1' },
    { amountMinor: 1_000_001n },
    { amountMinor: null },
    { currency: 'PHP' },
  ]) {
    const outcome = payoutOutcome(payout({ status: 'SUCCEEDED', ...wrong }), ordered);
    expect(told(outcome)).toBe('AMBIGUOUS answer_mismatch');
  }
});

test('what answers say about the budget', () => {
  const headers = { 'rate-limit-remaining': '583', 'rate-limit-reset': '0.5' };
  expect(rateNews(answered(200, '', headers))).toEqual({
    limited: false,
    remaining: 583,
    resetMs: 500,
  });
  expect(rateNews(answered(429, ''))).toEqual({ limited: true, remaining: null, resetMs: null });
  expect(rateNews(answered(200, '', { 'rate-limit-remaining': '-1' })).remaining).toBeNull();
});
