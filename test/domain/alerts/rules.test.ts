import { describe, expect, test } from 'vitest';
import { readChannel } from '../../../domain/alerts/channel.ts';
import {
  MEASURE_TERMS,
  MEASURES,
  problemsOf,
  type RuleScope,
} from '../../../domain/alerts/measures.ts';
import { noticeMail, summaryOf } from '../../../domain/alerts/words.ts';

const rule = (given: Partial<RuleScope> = {}): RuleScope => ({
  measure: 'stuck_payments',
  provider: null,
  currency: null,
  threshold: 1,
  windowMinutes: 60,
  ...given,
});

describe('what a rule may say of its measure', () => {
  test.each<[string, Partial<RuleScope>, string[]]>([
    ['a count', {}, []],
    ['a count of one provider', { provider: 'xendit' }, []],
    ['half a payment', { threshold: 1.5 }, ['threshold']],
    ['no payment at all', { threshold: 0 }, ['threshold']],
    ['what is no number', { threshold: Number.NaN }, ['threshold']],
    ['a share', { measure: 'failure_rate', threshold: 0.25 }, []],
    ['the whole of it', { measure: 'failure_rate', threshold: 1 }, []],
    ['more than the whole', { measure: 'failure_rate', threshold: 1.01 }, ['threshold']],
    ['a share of nothing', { measure: 'failure_rate', threshold: 0 }, ['threshold']],
    ['a balance', { measure: 'low_balance', currency: 'USD', threshold: 100_000 }, []],
    ['a balance of no currency', { measure: 'low_balance' }, ['currency']],
    ['a currency of a count', { currency: 'USD' }, ['currency']],
    ['a provider of the whole', { measure: 'worker_missing', provider: 'mock' }, ['provider']],
    ['two workers', { measure: 'worker_missing', threshold: 2 }, ['threshold']],
    ['all books each minute', { measure: 'invariant_broken', windowMinutes: 1 }, ['windowMinutes']],
    ['all books each hour', { measure: 'balance_of_books' }, []],
    [
      'all that is wrong, at once',
      { measure: 'queue_age_minutes', provider: 'mock', currency: 'USD', threshold: -1 },
      ['threshold', 'provider', 'currency'],
    ],
  ])('%s', (_name, given, paths) => {
    expect(problemsOf(rule(given)).map(({ path }) => path)).toEqual(paths);
  });
});

describe('a channel', () => {
  const endpointId = `whe_${'0a'.repeat(16)}`;
  test.each([
    ['log', { kind: 'log' }],
    ['mail:ops@example.com', { kind: 'mail', address: 'ops@example.com' }],
    [`endpoint:${endpointId}`, { kind: 'endpoint', endpointId }],
    ['', null],
    ['LOG', null],
    ['log:', null],
    ['mail:', null],
    ['mail:ops@example.com, boss@example.com', null],
    ['mail:ops@example.com\nbcc: all@example.com', null],
    ['endpoint:whe_1', null],
    [`endpoint:evt_${'0a'.repeat(16)}`, null],
    ['webhook:https://example.com', null],
  ])('%j', (text, channel) => {
    expect(readChannel(text)).toEqual(channel);
  });
});

describe('the words', () => {
  test.each(MEASURES)('%s has a sentence on one line', (measure) => {
    const { about } = MEASURE_TERMS[measure];
    const subject = { whole: '', provider: 'xendit', balance: 'xendit/USD' }[about];
    const currency = about === 'balance' ? 'USD' : null;
    const summary = summaryOf(rule({ measure, currency, threshold: 1 }), { subject, value: 1 });
    expect(summary).toMatch(/^[A-Z0-9][^\n]{10,200}\.$|^[A-Z0-9][^\n]*: nothing is paid\.$/);
    expect(summary.includes('xendit')).toBe(about !== 'whole');
  });

  test.each<[Partial<RuleScope>, string, number, string]>([
    [{}, 'mock', 1, '1 payment at mock has not moved for more than 1 hour.'],
    [
      { windowMinutes: 90 },
      'mock',
      12,
      '12 payments at mock have not moved for more than 90 minutes.',
    ],
    [
      { measure: 'failure_rate' },
      'mock',
      0.256,
      '25.6% of the payments at mock that ended within 1 hour failed.',
    ],
    [
      { measure: 'low_balance', currency: 'JPY', threshold: 5_000 },
      'rise/JPY',
      1_200,
      'The balance at rise/JPY is JPY 1,200, below JPY 5,000, by the last reconciliation.',
    ],
    [
      { measure: 'queue_age_minutes' },
      '',
      121.9,
      'The oldest batch has waited in the queue for 121 minutes.',
    ],
  ])('%j of %j at %d', (given, subject, value, sentence) => {
    expect(summaryOf(rule(given), { subject, value })).toBe(sentence);
  });

  test('a mail says what happens, since when, and where to read on', () => {
    const notice = {
      word: 'firing',
      severity: 'critical',
      rule: 'No worker',
      measure: 'worker_missing',
      subject: '',
      summary: 'No worker.',
      alertId: 'alt_1',
      since: new Date('2026-01-31T12:00:00Z'),
    } as const;
    const mail = noticeMail(notice);
    expect(mail.subject).toBe('[Bursar] Alert (critical): No worker');
    for (const part of ['2026-01-31T12:00:00.000Z', 'alt_1', 'docs/alerts.md', 'worker_missing'])
      expect(mail.text).toContain(part);
    expect(noticeMail({ ...notice, word: 'resolved' }).text).toMatch(/^It is over/);
    const test = noticeMail({ ...notice, word: 'test' });
    expect(test.text).toMatch(/nothing is wrong/);
    expect(test.text).not.toContain('No worker.');
  });
});
