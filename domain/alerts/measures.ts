/** What alert rules can watch. Names on the wire and in the database: they are for ever. */
export const MEASURES = [
  'stuck_payments',
  'unknown_age_minutes',
  'failure_rate',
  'reconciliation_differences',
  'low_balance',
  'webhook_silence_minutes',
  'worker_missing',
  'invariant_broken',
  'balance_of_books',
  'queue_age_minutes',
  'audit_unsealed_seconds',
  'mail_or_delivery_given_up',
] as const;
export type Measure = (typeof MEASURES)[number];

export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];
export const ALERT_STATES = ['PENDING', 'FIRING', 'RESOLVED'] as const;

/** What a rule of a measure may say, and how its readings are to be understood. */
export interface MeasureTerms {
  /** What a reading is about: all of the installation, one provider, or one currency at a provider. */
  about: 'whole' | 'provider' | 'balance';
  /** On which side of the threshold it fires; at the threshold itself only what must not reach it. */
  fires: 'at_or_above' | 'below';
  /** Least and largest threshold, both included. */
  thresholdMin: number;
  thresholdMax: number;
  whole: boolean;
  /**
   * `quick` ones are read every half minute. `slow` ones read all of the books, so they are read once in
   * each window, and by processes with the API's rights alone.
   */
  pace: 'quick' | 'slow';
}

const COUNT_MAX = 1_000_000_000;
const MINUTES_MAX = 525_600;
/** Amounts that JSON and the database's doubles hold exactly. */
const AMOUNT_MAX = 9_007_199_254_740_991;

const count = {
  fires: 'at_or_above',
  thresholdMin: 1,
  thresholdMax: COUNT_MAX,
  whole: true,
} as const;
const minutes = { ...count, thresholdMax: MINUTES_MAX } as const;

export const MEASURE_TERMS: Readonly<Record<Measure, MeasureTerms>> = {
  stuck_payments: { ...count, about: 'provider', pace: 'quick' },
  unknown_age_minutes: { ...minutes, about: 'provider', pace: 'quick' },
  failure_rate: {
    about: 'provider',
    fires: 'at_or_above',
    thresholdMin: 0.001,
    thresholdMax: 1,
    whole: false,
    pace: 'quick',
  },
  reconciliation_differences: { ...count, about: 'provider', pace: 'quick' },
  low_balance: {
    about: 'balance',
    fires: 'below',
    thresholdMin: 1,
    thresholdMax: AMOUNT_MAX,
    whole: true,
    pace: 'quick',
  },
  webhook_silence_minutes: { ...minutes, about: 'provider', pace: 'quick' },
  worker_missing: { ...count, thresholdMax: 1, about: 'whole', pace: 'quick' },
  invariant_broken: { ...count, about: 'whole', pace: 'slow' },
  balance_of_books: { ...count, about: 'whole', pace: 'slow' },
  queue_age_minutes: { ...minutes, about: 'whole', pace: 'quick' },
  audit_unsealed_seconds: { ...minutes, about: 'whole', pace: 'quick' },
  mail_or_delivery_given_up: { ...count, about: 'whole', pace: 'quick' },
};

/** Those that any process can read. */
export const QUICK_MEASURES: readonly Measure[] = MEASURES.filter(
  (measure) => MEASURE_TERMS[measure].pace === 'quick',
);

/** A failure rate over fewer ended payments than that says nothing, and is not read. */
export const FAILURE_RATE_ENDED_MIN = 20;

/** What of a measure was found, about one subject. */
export interface Reading {
  /** A provider, `provider/currency`, or empty for the whole. */
  subject: string;
  value: number;
}

/** What a rule says of its measure. */
export interface RuleScope {
  measure: Measure;
  provider: string | null;
  currency: string | null;
  threshold: number;
  windowMinutes: number;
}

/** One thing that is wrong with a rule: which field, and why. */
export interface RuleProblem {
  path: 'provider' | 'currency' | 'threshold' | 'windowMinutes';
  reason: string;
}

/** The books are not checked more often than that: each check reads all of them. */
const SLOW_WINDOW_MIN = 60;

/** Everything that is wrong with what a rule says of its measure; nothing where it may stand. */
export function problemsOf(rule: RuleScope): RuleProblem[] {
  const { about, thresholdMin, thresholdMax, whole, pace } = MEASURE_TERMS[rule.measure];
  const problems: RuleProblem[] = [];
  const refuse = (path: RuleProblem['path'], reason: string) => problems.push({ path, reason });
  const { threshold } = rule;
  if (!(threshold >= thresholdMin && threshold <= thresholdMax))
    refuse('threshold', `must be from ${thresholdMin} to ${thresholdMax} for ${rule.measure}`);
  else if (whole && !Number.isInteger(threshold))
    refuse('threshold', `must be a whole number for ${rule.measure}`);
  if (about === 'whole' && rule.provider !== null)
    refuse('provider', `must be left out: ${rule.measure} is about all providers at once`);
  if (about === 'balance' && rule.currency === null)
    refuse('currency', 'must be given: the threshold is an amount in minor units of it');
  if (about !== 'balance' && rule.currency !== null)
    refuse('currency', `must be left out: ${rule.measure} is not about one currency`);
  if (pace === 'slow' && rule.windowMinutes < SLOW_WINDOW_MIN)
    refuse(
      'windowMinutes',
      `must be at least ${SLOW_WINDOW_MIN}: each look reads all of the books`,
    );
  return problems;
}
