import { formatMoney } from '../money.ts';
import type { AlertSeverity, Measure, Reading, RuleScope } from './measures.ts';

export const NOTICE_WORDS = ['firing', 'again', 'resolved', 'test'] as const;
/** Why somebody is told: it began, it still lasts, it is over, or a person tries the channel out. */
export type NoticeWord = (typeof NOTICE_WORDS)[number];

/** What was read, in one sentence of at most a few hundred characters. */
export function summaryOf(rule: RuleScope, { subject, value }: Reading): string {
  const { windowMinutes } = rule;
  const at = subject === '' ? '' : ` at ${subject}`;
  switch (rule.measure) {
    case 'stuck_payments':
      return `${things(value, 'payment')}${at} ${value === 1 ? 'has' : 'have'} not moved for more than ${span(windowMinutes)}.`;
    case 'unknown_age_minutes':
      return `A payment${at} has been in doubt for ${span(value)}.`;
    case 'failure_rate':
      return `${percent(value)} of the payments${at} that ended within ${span(windowMinutes)} failed.`;
    case 'reconciliation_differences':
      return `${things(value, 'difference')} with the list or the balance of ${subject} ${value === 1 ? 'waits' : 'wait'} for a person.`;
    case 'low_balance':
      return `The balance${at} is ${amountOf(value, rule.currency)}, below ${amountOf(rule.threshold, rule.currency)}, by the last reconciliation.`;
    case 'webhook_silence_minutes':
      return `No event has come from ${subject} for ${span(value)} while payments wait there.`;
    case 'worker_missing':
      return value >= 1
        ? 'No worker asks Temporal for work, or Temporal does not answer: nothing is paid.'
        : 'A worker asks Temporal for work.';
    case 'invariant_broken':
      return `${things(value, 'breach', 'breaches')} of the invariants of the books.`;
    case 'balance_of_books':
      return `${things(value, 'place')} in which the ledger does not balance or differs from what is stored beside it.`;
    case 'queue_age_minutes':
      return `The oldest batch has waited in the queue for ${span(value)}.`;
    case 'audit_unsealed_seconds':
      return `The oldest audit row without a seal is ${Math.floor(value)} s old.`;
    case 'mail_or_delivery_given_up':
      return `${things(value, 'mail or event', 'mails or events')} ${value === 1 ? 'was' : 'were'} given up within ${span(windowMinutes)}.`;
  }
}

/** What a notice tells, whichever way it goes. */
export interface NoticeText {
  word: NoticeWord;
  severity: AlertSeverity;
  rule: string;
  measure: Measure;
  subject: string;
  summary: string;
  alertId: string;
  /** When it began. */
  since: Date;
}

const HEADS: Readonly<Record<NoticeWord, string>> = {
  firing: 'Alert',
  again: 'Alert, still',
  resolved: 'Resolved',
  test: 'Test of an alert',
};

const LEADS: Readonly<Record<NoticeWord, readonly string[]>> = {
  firing: [],
  again: ['It still lasts, and nobody has acknowledged it.'],
  resolved: ['It is over. It was:'],
  test: ['This is a test that a person asked for; nothing is wrong.'],
};

/** The mail of a notice: one line of subject, and plain text. */
export function noticeMail(notice: NoticeText): { subject: string; text: string } {
  const { word, severity, rule, measure, subject, summary, alertId, since } = notice;
  const about = subject === '' ? '' : ` (${subject})`;
  return {
    subject: `[Bursar] ${HEADS[word]} (${severity}): ${rule}${about}`,
    text: [
      ...LEADS[word],
      ...(word === 'test' ? [] : [summary]),
      '',
      `Rule: ${rule} (${measure})`,
      ...(subject === '' ? [] : [`About: ${subject}`]),
      `Severity: ${severity}`,
      `Since: ${since.toISOString()}`,
      `Alert: ${alertId}`,
      '',
      `What to do: docs/alerts.md, "${measure}".`,
      '',
    ].join('\n'),
  };
}

const things = (value: number, one: string, many = `${one}s`): string =>
  `${Math.floor(value)} ${value === 1 ? one : many}`;

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

/** Minutes as people say them: whole hours and days where they are. */
function span(minutes: number): string {
  const rounded = Math.floor(minutes);
  if (rounded >= 1_440 && rounded % 1_440 === 0) return things(rounded / 1_440, 'day');
  if (rounded >= 60 && rounded % 60 === 0) return things(rounded / 60, 'hour');
  return things(rounded, 'minute');
}

const amountOf = (amountMinor: number, currency: string | null): string =>
  currency === null ? String(amountMinor) : formatMoney(BigInt(Math.trunc(amountMinor)), currency);
