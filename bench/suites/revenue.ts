import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { z } from 'zod';
import { onlyRow } from '../../db/rows.ts';
import type { SplitModel } from '../../domain/split-model.ts';
import { splitRelease } from '../../domain/split.ts';
import type { Figure } from '../measure/figure.ts';
import { loadNow } from '../measure/machine.ts';
import { median, percentile } from '../measure/statistics.ts';
import { callPaced } from '../runs/open-loop.ts';
import { seedPayables } from '../seed/payables.ts';
import { openStage, type Stage } from '../stage.ts';
import type { Bench, Findings } from './suite.ts';

const SUITE = 'revenue';
const GOALS_MS = { schedule: 150, split: 50 } as const;

const CALLS_PER_SECOND = 200;
const SECONDS = 10;
/** Of these nothing counts: the API has just started. */
const WARM_UP_SECONDS = 2;
const RECIPIENTS_EACH = 5;
/** So many that calls under way at once are for different people, as escrows are. */
const PROJECTS = CALLS_PER_SECOND;
const CONNECTIONS = 256;

const SPLIT_RECIPIENTS = 10_000;
const SPLITS = 20;

/** What open-loop calls took, and how many were not answered as they should be. */
interface Paced {
  p50Ms: number;
  p99Ms: number;
  errors: number;
}

interface Round {
  loadBefore: number;
  schedule: Paced;
  commissions: Paced;
  splitMs: number;
  plainSplitMs: number;
}

/**
 * Releases of escrows to 5 recipients at a steady rate that heeds no answer, beside as many calls that
 * add 5 commissions; no worker runs, so all that is seen is the API's own work. And one release divided
 * over 10,000 recipients, beside the bare division.
 */
export async function revenue(bench: Bench): Promise<Findings> {
  const template = 'seed_revenue';
  const payees = PROJECTS * RECIPIENTS_EACH;
  const seed = { payees, commissionsEach: 1, lived: false };
  await seedPayables(await bench.ground.copyDatabase(template), seed);
  const rounds: Round[] = [];
  for (let round = 0; round < bench.options.rounds; round += 1) {
    bench.signal.throwIfAborted();
    const found = await runRound(bench, template, round % 2 === 0);
    rounds.push(found);
    const { schedule, commissions, splitMs } = found;
    bench.log(
      `revenue, round ${round + 1}: schedule p50 ${schedule.p50Ms.toFixed(1)} ms, p99 ${schedule.p99Ms.toFixed(1)} ms, ` +
        `${schedule.errors} errors; commissions p99 ${commissions.p99Ms.toFixed(1)} ms; split ${splitMs.toFixed(1)} ms`,
    );
  }
  return { figures: figuresOf(rounds), details: { suite: SUITE, rounds } };
}

async function runRound(bench: Bench, template: string, scheduleFirst: boolean): Promise<Round> {
  const loadBefore = loadNow();
  const split = measureSplit();
  const schedule = () => onStage(bench, template, measureSchedule);
  const commissions = () => onStage(bench, template, measureCommissions);
  if (scheduleFirst) {
    return { loadBefore, ...split, schedule: await schedule(), commissions: await commissions() };
  }
  return { loadBefore, ...split, commissions: await commissions(), schedule: await schedule() };
}

/** Sends a call; answers the status. */
type Send = (method: 'POST' | 'PUT', path: string, body: unknown) => Promise<number>;

async function onStage(
  bench: Bench,
  template: string,
  measure: (stage: Stage, send: Send) => Promise<Paced>,
): Promise<Paced> {
  const parts = { submission: 'single', faults: [], worker: false, api: true } as const;
  const { profileDir } = bench.options;
  const stage = await openStage(bench.ground, { template, ...parts, profileDir }, bench.log);
  const pool = new Pool(stage.services.apiUrl, { connections: CONNECTIONS, pipelining: 1 });
  try {
    const authorization = `Bearer ${await stage.services.apiKey()}`;
    return await measure(stage, async (method, path, body) => {
      const headers = {
        authorization,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      };
      const answer = await pool.request({ method, path, headers, body: JSON.stringify(body) });
      await answer.body.dump();
      return answer.statusCode;
    });
  } finally {
    await pool.close();
    await stage.close();
  }
}

const projectOf = (index: number): string => `project-${index % PROJECTS}`;

/** The seeded payees of a project, by the ids that a platform gave them. */
const recipientsOf = (project: number): string[] =>
  Array.from({ length: RECIPIENTS_EACH }, (_, place) => `ext-${project * RECIPIENTS_EACH + place}`);

async function measureSchedule(stage: Stage, send: Send): Promise<Paced> {
  for (let project = 0; project < PROJECTS; project += 1) {
    const recipients = recipientsOf(project).map((recipientId) => ({
      recipientId,
      shareBps: 10_000 / RECIPIENTS_EACH,
    }));
    const model = { recipients, platformFeeBps: 500 };
    const status = await send('PUT', `/revenue/projects/${projectOf(project)}/split-model`, model);
    if (status !== 200) throw new Error(`a split model was answered ${status}`);
  }
  const paced = await measurePaced(201, (index) =>
    send('POST', '/revenue/schedule-payouts', {
      escrowId: `escrow-${index}`,
      projectId: projectOf(index),
      amount: 100_000 + index,
      currency: 'USD',
    }),
  );
  await expectReleases(stage, paced.errors);
  return paced;
}

const measureCommissions = (_stage: Stage, send: Send): Promise<Paced> =>
  measurePaced(201, (index) => {
    const items = recipientsOf(index % PROJECTS).map((affiliateExternalId, place) => ({
      externalId: `bench-${index}-${place}`,
      affiliateExternalId,
      amount: 20_000 + index,
      currency: 'USD',
    }));
    return send('POST', '/api/disbursement/commissions', { items });
  });

const COUNTED = CALLS_PER_SECOND * SECONDS;
const NOT_COUNTED = CALLS_PER_SECOND * WARM_UP_SECONDS;

/** Warms up, then measures; calls that fail or are answered otherwise are errors, and take their time too. */
async function measurePaced(
  expected: number,
  call: (index: number) => Promise<number>,
): Promise<Paced> {
  let errors = 0;
  const judge = async (index: number): Promise<void> => {
    const status = await call(index).catch(() => 0);
    if (status !== expected) errors += 1;
  };
  await callPaced(NOT_COUNTED, CALLS_PER_SECOND, judge);
  const tookMs = await callPaced(COUNTED, CALLS_PER_SECOND, (index) => judge(NOT_COUNTED + index));
  return { p50Ms: percentile(tookMs, 0.5), p99Ms: percentile(tookMs, 0.99), errors };
}

/** A wrong run is no figure: each release stands whole, with its payments and a line of the ledger for each share. */
async function expectReleases({ db }: Stage, errors: number): Promise<void> {
  const row = z.object({ releases: z.bigint(), payments: z.bigint(), lines: z.bigint() });
  const rows = await db.run(
    row,
    `select (select count(*) from escrow_releases) as releases,
       (select count(*) from payments where batch_id in (select batch_id from escrow_releases)) as payments,
       (select count(*) from ledger_entries where entry_id like '%:split' and account = 'payee_payable') as lines`,
  );
  const { releases, payments, lines } = onlyRow(rows);
  const least = BigInt(NOT_COUNTED + COUNTED - errors);
  const each = BigInt(RECIPIENTS_EACH);
  if (releases < least || payments !== releases * each || lines !== releases * each) {
    throw new Error(
      `${releases} releases, ${payments} payments and ${lines} lines after ${least} answers`,
    );
  }
}

/** The largest model there may be, with everything that a model may ask for. */
const LARGE_MODEL: SplitModel = {
  recipients: Array.from({ length: SPLIT_RECIPIENTS }, (_, index) => ({
    recipientId: `recipient-${(index * 7_919) % SPLIT_RECIPIENTS}`,
    shareBps: 1,
    capMinor: index % 3 === 0 ? BigInt(90_000 + index) : null,
  })),
  platformFeeBps: 500,
  platformFeeTiers: [{ fromMinor: 100_000_000n, feeBps: 300 }],
  platformFeeCapMinor: null,
  taxWithholdingBps: Object.fromEntries(
    Array.from({ length: SPLIT_RECIPIENTS / 2 }, (_, index) => [`recipient-${index}`, 1_000]),
  ),
  fixedAmounts: Array.from({ length: 100 }, (_, index) => ({
    recipientId: `recipient-${index}`,
    amountMinor: 10_000n,
  })),
  currency: 'USD',
};
const LARGE_AMOUNT = 1_000_000_007n;

/** Medians of some divisions, after one that does not count: by the product, and by nothing but a multiplication each. */
function measureSplit(): Pick<Round, 'splitMs' | 'plainSplitMs'> {
  return {
    splitMs: medianMs(() => {
      const split = splitRelease(LARGE_MODEL, { amountMinor: LARGE_AMOUNT, currency: 'USD' });
      const whole = split.distributedMinor + split.platformFeeMinor + split.taxMinor;
      if (whole !== LARGE_AMOUNT) throw new Error(`${LARGE_AMOUNT} was split into ${whole}`);
    }),
    plainSplitMs: medianMs(() => {
      const parts = LARGE_MODEL.recipients.map(
        ({ shareBps }) => (LARGE_AMOUNT * BigInt(shareBps)) / 10_000n,
      );
      if (parts.length !== SPLIT_RECIPIENTS) throw new Error('a part is missing');
    }),
  };
}

function medianMs(run: () => void): number {
  run();
  const tookMs = Array.from({ length: SPLITS }, () => {
    const startedMs = performance.now();
    run();
    return performance.now() - startedMs;
  });
  return median(tookMs);
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const scheduled = `schedule for ${RECIPIENTS_EACH} at ${CALLS_PER_SECOND}/s`;
  const figure = (name: string, of: 'p50Ms' | 'p99Ms', atMost?: number): Figure => ({
    suite: SUITE,
    name,
    unit: 'ms',
    measured: rounds.map(({ schedule }) => schedule[of]),
    reference: {
      what: `${RECIPIENTS_EACH} commissions`,
      values: rounds.map(({ commissions }) => commissions[of]),
    },
    goal: atMost === undefined ? undefined : { of: 'measured', atMost },
  });
  return [
    figure(`${scheduled}, p50`, 'p50Ms'),
    figure(`${scheduled}, p99`, 'p99Ms', GOALS_MS.schedule),
    {
      suite: SUITE,
      name: '- not answered 201',
      unit: `of ${(NOT_COUNTED + COUNTED).toLocaleString('en-US')}`,
      measured: rounds.map(({ schedule }) => schedule.errors),
      goal: { of: 'measured', atMost: 0 },
    },
    {
      suite: SUITE,
      name: `split over ${SPLIT_RECIPIENTS.toLocaleString('en-US')} recipients`,
      unit: 'ms',
      measured: rounds.map(({ splitMs }) => splitMs),
      reference: { what: 'bare division', values: rounds.map((round) => round.plainSplitMs) },
      goal: { of: 'measured', atMost: GOALS_MS.split },
    },
  ];
}
