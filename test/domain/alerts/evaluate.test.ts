import { describe, expect, test } from 'vitest';
import {
  evaluate,
  holds,
  type AlertStep,
  type AlertTerms,
  type OpenAlert,
} from '../../../domain/alerts/evaluate.ts';
import type { Reading } from '../../../domain/alerts/measures.ts';

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;

const terms = (given: Partial<AlertTerms> = {}): AlertTerms => ({
  measure: 'stuck_payments',
  threshold: 3,
  forMinutes: 0,
  repeatMinutes: null,
  ...given,
});
const pending = (given: Partial<OpenAlert> = {}): OpenAlert => ({
  id: 'one',
  subject: 'mock',
  status: 'PENDING',
  sinceMs: NOW - 5 * MINUTE,
  notifiedAtMs: null,
  acknowledged: false,
  ...given,
});
const firing = (given: Partial<OpenAlert> = {}): OpenAlert =>
  pending({ status: 'FIRING', notifiedAtMs: NOW - 5 * MINUTE, ...given });
const read = (value: number, subject = 'mock'): Reading => ({ subject, value });

describe('a reading holds', () => {
  test.each([
    ['stuck_payments', 3, 2, false],
    ['stuck_payments', 3, 3, true],
    ['stuck_payments', 3, 4, true],
    ['failure_rate', 0.2, 0.199, false],
    ['failure_rate', 0.2, 0.2, true],
    ['low_balance', 100, 101, false],
    ['low_balance', 100, 100, false],
    ['low_balance', 100, 99, true],
    ['low_balance', 1, 0, true],
    ['low_balance', 1, -5, true],
    ['worker_missing', 1, 0, false],
    ['worker_missing', 1, 1, true],
  ] as const)('%s with threshold %d at %d: %s', (measure, threshold, value, expected) => {
    expect(holds(terms({ measure, threshold }), value)).toBe(expected);
  });
});

/** What is known, what is read, and the steps that follow. */
interface Case {
  terms?: Partial<AlertTerms>;
  open?: OpenAlert[];
  readings: Reading[];
  steps: AlertStep[];
}

const subject = 'mock';
const CASES: Record<string, Case> = {
  'nothing is read and nothing open: nothing': { readings: [], steps: [] },
  'what is fine and was fine: nothing': { readings: [read(2)], steps: [] },
  'it holds, and need not last: it fires at once': {
    readings: [read(3)],
    steps: [{ do: 'fire', alertId: null, subject, value: 3 }],
  },
  'it holds, and must last: it is pending': {
    terms: { forMinutes: 5 },
    readings: [read(3)],
    steps: [{ do: 'pend', subject, value: 3 }],
  },
  'pending a moment too short: it stays pending': {
    terms: { forMinutes: 5 },
    open: [pending({ sinceMs: NOW - 5 * MINUTE + 1 })],
    readings: [read(4)],
    steps: [{ do: 'keep', alertId: 'one', subject, value: 4 }],
  },
  'pending for exactly so long: it fires': {
    terms: { forMinutes: 5 },
    open: [pending()],
    readings: [read(4)],
    steps: [{ do: 'fire', alertId: 'one', subject, value: 4 }],
  },
  'pending, and the rule need not last any more: it fires': {
    open: [pending({ sinceMs: NOW })],
    readings: [read(4)],
    steps: [{ do: 'fire', alertId: 'one', subject, value: 4 }],
  },
  'pending since a time that has not come: it stays pending': {
    terms: { forMinutes: 1 },
    open: [pending({ sinceMs: NOW + MINUTE })],
    readings: [read(4)],
    steps: [{ do: 'keep', alertId: 'one', subject, value: 4 }],
  },
  'pending, and fine: nobody hears of it': {
    open: [pending()],
    readings: [read(2)],
    steps: [{ do: 'drop', alertId: 'one' }],
  },
  'pending, and not read any more: nobody hears of it': {
    open: [pending()],
    readings: [],
    steps: [{ do: 'drop', alertId: 'one' }],
  },
  'it fires, and goes on: only its value is new': {
    open: [firing()],
    readings: [read(9)],
    steps: [{ do: 'keep', alertId: 'one', subject, value: 9 }],
  },
  'it fires for longer than its rule would wait now: it goes on': {
    terms: { forMinutes: 60 },
    open: [firing()],
    readings: [read(9)],
    steps: [{ do: 'keep', alertId: 'one', subject, value: 9 }],
  },
  'told a moment too short ago: not again': {
    terms: { repeatMinutes: 5 },
    open: [firing({ notifiedAtMs: NOW - 5 * MINUTE + 1 })],
    readings: [read(9)],
    steps: [{ do: 'keep', alertId: 'one', subject, value: 9 }],
  },
  'told exactly so long ago: again': {
    terms: { repeatMinutes: 5 },
    open: [firing()],
    readings: [read(9)],
    steps: [{ do: 'again', alertId: 'one', subject, value: 9 }],
  },
  'acknowledged: not again, however long ago': {
    terms: { repeatMinutes: 5 },
    open: [firing({ notifiedAtMs: 0, acknowledged: true })],
    readings: [read(9)],
    steps: [{ do: 'keep', alertId: 'one', subject, value: 9 }],
  },
  'it fires, and is fine: it is over': {
    open: [firing()],
    readings: [read(2)],
    steps: [{ do: 'resolve', alertId: 'one', subject, value: 2 }],
  },
  'it fires, and is not read any more: it is over': {
    open: [firing()],
    readings: [],
    steps: [{ do: 'resolve', alertId: 'one', subject, value: null }],
  },
  'acknowledged, and fine: it is over': {
    open: [firing({ acknowledged: true })],
    readings: [read(0)],
    steps: [{ do: 'resolve', alertId: 'one', subject, value: 0 }],
  },
  'each subject goes its own way': {
    terms: { repeatMinutes: 5 },
    open: [
      firing(),
      pending({ id: 'two', subject: 'xendit' }),
      firing({ id: 'three', subject: 'rise' }),
    ],
    readings: [read(3), read(1, 'xendit'), read(7, 'stripe')],
    steps: [
      { do: 'again', alertId: 'one', subject: 'mock', value: 3 },
      { do: 'fire', alertId: null, subject: 'stripe', value: 7 },
      { do: 'drop', alertId: 'two' },
      { do: 'resolve', alertId: 'three', subject: 'rise', value: null },
    ],
  },
};

describe('the steps of a rule', () => {
  test.each(Object.entries(CASES))('%s', (_name, { terms: given, open = [], readings, steps }) => {
    expect(evaluate(terms(given), readings, open, NOW)).toEqual(steps);
  });

  test('a rule that looks twice at the same takes no second step of telling', () => {
    const first = evaluate(terms(), [read(3)], [], NOW);
    expect(first).toMatchObject([{ do: 'fire' }]);
    const told = firing({ notifiedAtMs: NOW });
    expect(evaluate(terms(), [read(3)], [told], NOW)).toMatchObject([{ do: 'keep' }]);
  });
});
