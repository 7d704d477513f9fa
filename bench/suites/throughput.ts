import type { Figure } from '../measure/figure.ts';
import { median } from '../measure/statistics.ts';
import type { Run } from '../runs/run.ts';
import type { FaultRule } from '../stage.ts';
import { race, type Race } from './race.ts';
import type { Bench, Findings } from './suite.ts';

/** The answer to a submission says that the money has moved; there are no webhooks. */
export const SETTLES_AT_ONCE: FaultRule = {
  when: { operation: 'submit' },
  effect: 'settle_after',
  ms: 0,
};

const MODES = [
  { submission: 'single', words: 'a call a payment', ratioAtLeast: 0.7 },
  { submission: 'batch', words: 'a call a chunk', ratioAtLeast: 0.45 },
] as const;

/** The sizes that goals were set for; smaller batches are shown without being judged. */
export const JUDGED_FROM = 10_000;
const LARGE = 100_000;
const EVENTS_EACH_MAX = 0.02;
const STATEMENTS_A_CHUNK_MAX = 6;
const MEMORY_MIB_MAX = 400;
/** As much more may a large batch take than a small one, and still count as no more. */
const FLAT = 1.15;

const SUITE = 'throughput';

/** Batches against a provider without latency: the product's own work and nothing else. */
export async function throughput(bench: Bench): Promise<Findings> {
  const figures: Figure[] = [];
  const details: unknown[] = [];
  for (const { submission, words, ratioAtLeast } of MODES) {
    const races = new Map<number, Race>();
    for (const payments of bench.options.payments) {
      const found = await race(bench, {
        payments,
        submission,
        faults: [SETTLES_AT_ONCE],
        api: false,
      });
      races.set(payments, found);
      details.push({ suite: SUITE, submission, ...found });
      const name = `${payments.toLocaleString('en-US')}, ${words}`;
      figures.push(
        rateFigure(SUITE, name, found, ratioAtLeast),
        ...costFigures(name, payments, found),
      );
    }
    figures.push(...flatness(words, races));
  }
  return { figures, details };
}

/** Payments a second from queueing to COMPLETED. */
export function rateFigure(
  suite: string,
  name: string,
  { temporal, loop }: Race,
  ratioAtLeast?: number,
): Figure {
  const judged = temporal.every(({ payments }) => payments >= JUDGED_FROM);
  return {
    suite,
    name,
    unit: 'payments/s',
    measured: temporal.map(rate),
    reference: { what: 'plain loop', values: loop.map(rate) },
    goal: judged && ratioAtLeast !== undefined ? { of: 'ratio', atLeast: ratioAtLeast } : undefined,
  };
}

const rate = ({ payments, completedMs }: Run): number => (payments * 1000) / completedMs;

function costFigures(name: string, payments: number, { temporal, loop }: Race): Figure[] {
  const large = payments >= LARGE;
  const atMost = (limit: number) =>
    large ? ({ of: 'measured', atMost: limit } as const) : undefined;
  return [
    {
      suite: SUITE,
      name: `${name}: history events a payment`,
      unit: '',
      measured: temporal.map(({ events = Number.NaN }) => events / payments),
      goal: atMost(EVENTS_EACH_MAX),
    },
    {
      suite: SUITE,
      name: `${name}: database transactions a chunk`,
      unit: '',
      measured: temporal.map((run) => run.transactions / run.chunks),
      reference: { what: 'plain loop', values: loop.map((run) => run.transactions / run.chunks) },
      goal: atMost(STATEMENTS_A_CHUNK_MAX),
    },
    {
      suite: SUITE,
      name: `${name}: statements a chunk, counted in the loop`,
      unit: '',
      measured: loop.map((run) => sentStatements(run) / run.chunks),
      goal: atMost(STATEMENTS_A_CHUNK_MAX),
    },
    {
      suite: SUITE,
      name: `${name}: memory, worker`,
      unit: 'MiB',
      measured: temporal.map(memory),
      reference: { what: 'plain loop', values: loop.map(memory) },
      goal: atMost(MEMORY_MIB_MAX),
    },
  ];
}

const sentStatements = ({ statements = [] }: Run): number =>
  statements.reduce((sum, { count }) => sum + count, 0);

const memory = ({ peakMemoryMiB }: Run): number => peakMemoryMiB ?? Number.NaN;

/** What the largest batch takes, beside what the smallest does. */
function flatness(words: string, races: ReadonlyMap<number, Race>): Figure[] {
  const sizes = [...races.keys()].sort((a, b) => a - b);
  const [small, large] = [sizes[0] ?? 0, sizes.at(-1) ?? 0];
  if (small === large) return [];
  const of = (payments: number) => (races.get(payments)?.temporal ?? []).map(memory);
  const largest = of(large);
  return [
    {
      suite: SUITE,
      name: `${words}: memory, worker, largest batch`,
      unit: 'MiB',
      measured: largest,
      // Rounds of different sizes have no noise in common, so the median is the fair peer.
      reference: { what: 'smallest', values: largest.map(() => median(of(small))) },
      goal: large >= LARGE ? { of: 'ratio', atMost: FLAT } : undefined,
    },
  ];
}
