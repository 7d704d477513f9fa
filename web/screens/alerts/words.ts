import { formatAmount, parseAmount } from '../../lib/currency.ts';
import { formatSpan } from '../../lib/time.ts';
import { count, type Tone } from '../../lib/words.ts';
import type { Alert, AlertRule, Measure, Notice } from './api.ts';

/** What a threshold counts. */
type Unit = 'count' | 'minutes' | 'seconds' | 'percent' | 'amount';

interface MeasureWords {
  label: string;
  unit: Unit;
  /** What a rule of it may be narrowed to. */
  about: 'whole' | 'provider' | 'balance';
  /** What to do when it fires. */
  remedy: string;
}

export const MEASURE_WORDS: Readonly<Record<Measure, MeasureWords>> = {
  stuck_payments: {
    label: 'Payments that do not move',
    unit: 'count',
    about: 'provider',
    remedy: 'See how the provider is, then ask for one of the payments.',
  },
  unknown_age_minutes: {
    label: 'Oldest payment in doubt',
    unit: 'minutes',
    about: 'provider',
    remedy: 'Nothing is sent again meanwhile. Look it up, and ask the provider by its reference.',
  },
  failure_rate: {
    label: 'Share of payments that fail',
    unit: 'percent',
    about: 'provider',
    remedy:
      'Look at the failure codes: one for all is the provider or our settings, many are the payees’ accounts. Pause the batch while you look.',
  },
  reconciliation_differences: {
    label: 'Differences with the provider',
    unit: 'count',
    about: 'provider',
    remedy: 'Work on the cases; it is over when all of them are resolved.',
  },
  low_balance: {
    label: 'Balance at the provider',
    unit: 'amount',
    about: 'balance',
    remedy: 'Top the balance up, then have it reconciled: that reads it anew.',
  },
  webhook_silence_minutes: {
    label: 'Silence of the provider’s events',
    unit: 'minutes',
    about: 'provider',
    remedy:
      'Look at the provider’s deliveries and at refused webhooks. Payments end by polling meanwhile.',
  },
  worker_missing: {
    label: 'No worker is there',
    unit: 'count',
    about: 'whole',
    remedy: 'Start one. Nothing is lost, and nothing is paid until then.',
  },
  invariant_broken: {
    label: 'Invariants of the books broken',
    unit: 'count',
    about: 'whole',
    remedy: 'Run bursar verify: it names each breach.',
  },
  balance_of_books: {
    label: 'Where the ledger does not balance',
    unit: 'count',
    about: 'whole',
    remedy: 'Run bursar ledger check: it names the entries and accounts.',
  },
  queue_age_minutes: {
    label: 'Oldest batch in the queue',
    unit: 'minutes',
    about: 'whole',
    remedy: 'See what the batch waits on; one is sent at a time.',
  },
  audit_unsealed_seconds: {
    label: 'Oldest audit row without a seal',
    unit: 'seconds',
    about: 'whole',
    remedy: 'No worker seals, or a transaction is open for long; end it.',
  },
  mail_or_delivery_given_up: {
    label: 'Mails and events given up',
    unit: 'count',
    about: 'whole',
    remedy: 'See which on System and Webhooks; mend the receiver, then send them again.',
  },
};
export const MEASURES = Object.keys(MEASURE_WORDS) as readonly Measure[];

/** A threshold or a value as people read it. */
export function valueText(measure: Measure, value: number, currency: string | null): string {
  switch (MEASURE_WORDS[measure].unit) {
    case 'count':
      return Math.round(value).toLocaleString('en');
    case 'minutes':
      return formatSpan(value * 60);
    case 'seconds':
      return formatSpan(value);
    case 'percent':
      return `${Number((value * 100).toFixed(1))}%`;
    case 'amount':
      return currency === null
        ? `${value} in minor units`
        : `${formatAmount(value, currency)} ${currency}`;
  }
}

/** A threshold as it is typed. */
export const typedThreshold = (measure: Measure, value: number, currency: string): string => {
  const { unit } = MEASURE_WORDS[measure];
  if (unit === 'percent') return String(Number((value * 100).toFixed(3)));
  return unit === 'amount' ? formatAmount(value, currency) : String(value);
};

/** What was typed as a threshold; null where it is none. The API has the last word. */
export function readThreshold(measure: Measure, text: string, currency: string): number | null {
  const { unit } = MEASURE_WORDS[measure];
  if (unit === 'amount') return parseAmount(text, currency);
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) return null;
  return unit === 'percent' ? Number((value / 100).toFixed(6)) : value;
}

export const THRESHOLD_LABELS: Readonly<Record<Unit, string>> = {
  count: 'From how many on',
  minutes: 'From so many minutes on',
  seconds: 'From so many seconds on',
  percent: 'From so many percent on',
  amount: 'Below which amount',
};

/** When a rule fires, in one line. */
export function ruleText({ measure, threshold, currency, windowMinutes, forMinutes }: AlertRule) {
  const side = measure === 'low_balance' ? 'below' : 'from';
  const held = forMinutes > 0 ? ` for ${formatSpan(forMinutes * 60)}` : '';
  return `${side} ${valueText(measure, threshold, currency)}${held}, over ${formatSpan(windowMinutes * 60)}`;
}

export const SEVERITY_TONES: Readonly<Record<Alert['severity'], Tone>> = {
  critical: 'bad',
  warning: 'doubt',
  info: 'move',
};

export const NOTICE_TONES: Readonly<Record<Notice['status'], Tone>> = {
  PENDING: 'wait',
  SENT: 'good',
  GIVEN_UP: 'bad',
};

export const NOTICE_STATES: Readonly<Record<Notice['status'], string>> = {
  PENDING: 'On its way',
  SENT: 'Sent',
  GIVEN_UP: 'Given up',
};

export const NOTICE_WORDS: Readonly<Record<Notice['word'], string>> = {
  firing: 'began',
  again: 'still lasts',
  resolved: 'is over',
  test: 'test',
};

/** Whom a rule tells. */
export const channelsText = (channels: readonly string[]): string =>
  channels.length === 0
    ? 'nobody'
    : channels.length > 2
      ? count(channels.length, 'channel')
      : channels.join(', ');
