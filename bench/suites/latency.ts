import type { Figure } from '../measure/figure.ts';
import { race } from './race.ts';
import type { Bench, Findings } from './suite.ts';
import { JUDGED_FROM, SETTLES_AT_ONCE } from './throughput.ts';

const LATENCY_MS = 200;
/** What the adapter of `mock` states, and keeps to. */
const CONCURRENCY = 100;
const RATIO_MAX = 1.3;

/** A provider that takes 200 ms for each answer: do payments overlap as far as they may? */
export async function latency(bench: Bench): Promise<Findings> {
  const payments = Math.min(...bench.options.payments);
  const delay = { when: { operation: 'submit' }, effect: 'delay', ms: LATENCY_MS } as const;
  const faults = [delay, SETTLES_AT_ONCE];
  const found = await race(bench, { payments, submission: 'single', faults, api: false });
  const leastMs = Math.ceil(payments / CONCURRENCY) * LATENCY_MS;
  const figure = (name: string, runs: typeof found.loop, goal: Figure['goal']): Figure => ({
    suite: 'latency',
    name: `${payments.toLocaleString('en-US')} at ${LATENCY_MS} ms, ${CONCURRENCY} at once, ${name}`,
    unit: 'ms',
    measured: runs.map(({ completedMs }) => completedMs),
    reference: { what: 'least possible', values: runs.map(() => leastMs) },
    goal,
  });
  return {
    figures: [
      figure(
        'worker',
        found.temporal,
        payments >= JUDGED_FROM ? { of: 'ratio', atMost: RATIO_MAX } : undefined,
      ),
      figure('plain loop', found.loop, undefined),
    ],
    details: { suite: 'latency', ...found },
  };
}
