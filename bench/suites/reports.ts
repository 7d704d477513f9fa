import { z } from 'zod';
import { countColumn, onlyRow } from '../../db/rows.ts';
import { dayOf } from '../../domain/day.ts';
import type { Figure } from '../measure/figure.ts';
import { loadNow } from '../measure/machine.ts';
import { percentile } from '../measure/statistics.ts';
import { seedYear, YEAR_DAYS, type Spread } from '../seed/year.ts';
import { openStage, type Stage } from '../stage.ts';
import { openCaller, type Caller } from './api-caller.ts';
import type { Bench, Findings } from './suite.ts';

const SUITE = 'reports';
/** Goals were set for so many payments; fewer are shown without being judged. */
const JUDGED_FROM = 1_000_000;
const GOAL_P95_MS = 300;
/** Calls of each report in a round, after a tenth as many that do not count. */
const CALLS = 100;
const PAGE_ROWS = 100;
const SCANS = 5;
const DAY_MS = 86_400_000;

/** Payments are made in batches; one by one is the worst that adding up can meet. */
const SPREADS: readonly Spread[] = ['in batches', 'one by one'];

const REPORTS = '/api/disbursement/reports';
const QUERIES = {
  summary: 'summary?',
  'time series by day': 'time-series?grain=day&',
  'time series by day and state': 'time-series?grain=day&groupBy=status&',
} as const;
type Name = keyof typeof QUERIES;

/** What affiliates are sorted by that is added up for all of them. */
const AMOUNTS = ['paid', 'earned'] as const;
type Amount = (typeof AMOUNTS)[number];

interface Round {
  loadBefore: number;
  healthMs: number[];
  /** Adding the same sums up by a plain scan over the payments. */
  scanMs: number[];
  reportMs: Record<Name, number[]>;
  pageMs: number[];
  byAmountMs: Record<Amount, number[]>;
}

/**
 * Reports over a year of payments, asked one at a time by HTTP: what a person at the screen feels. No
 * worker runs; all was added up before.
 */
export async function reports(bench: Bench): Promise<Findings> {
  const figures: Figure[] = [];
  const details: unknown[] = [];
  for (const payments of bench.options.payments) {
    for (const spread of SPREADS) {
      const found = await measureYear(bench, payments, spread);
      figures.push(...figuresOf(payments, spread, found));
      details.push({ suite: SUITE, payments, spread, ...found });
    }
  }
  return { figures, details };
}

interface MeasuredYear {
  addUpMs: number;
  rounds: Round[];
}

async function measureYear(bench: Bench, payments: number, spread: Spread): Promise<MeasuredYear> {
  const template = `reports_${payments}`;
  const startedMs = performance.now();
  const databaseUrl = await bench.ground.copyDatabase(template);
  const { addUpMs } = await seedYear(databaseUrl, payments, spread);
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  bench.log(
    `seeded ${payments} payments ${spread} in ${seconds} s, of which adding up took ${Math.round(addUpMs)} ms`,
  );
  const rounds: Round[] = [];
  try {
    for (let round = 0; round < bench.options.rounds; round += 1) {
      bench.signal.throwIfAborted();
      rounds.push(await runRound(bench, template, payments));
      bench.log(`reports, payments ${spread}, round ${round + 1} done`);
    }
  } finally {
    await bench.ground.dropDatabase(template);
  }
  return { addUpMs, rounds };
}

async function runRound(bench: Bench, template: string, payments: number): Promise<Round> {
  const parts = { submission: 'single', faults: [], worker: false, api: true } as const;
  const { profileDir } = bench.options;
  const stage = await openStage(bench.ground, { template, ...parts, profileDir }, bench.log);
  const caller = openCaller(stage.services.apiUrl, await stage.services.apiKey());
  try {
    const period = yearUpTo(Date.now());
    await expectRight(stage, caller, period, payments);
    const loadBefore = loadNow();
    const ask = (report: string) => () => caller.get(`${REPORTS}/${report}${period}`);
    const healthMs = await repeat(CALLS, () => caller.get('/healthz'));
    const scanMs = await repeat(SCANS, () => scan(stage));
    const reportMs: Record<string, number[]> = {};
    for (const [name, query] of Object.entries(QUERIES)) {
      bench.signal.throwIfAborted();
      reportMs[name] = await repeat(CALLS, ask(query));
    }
    const byAmount = (sort: Amount) =>
      repeat(CALLS, ask(`affiliates?sort=${sort}&limit=${PAGE_ROWS}&`));
    return {
      loadBefore,
      healthMs,
      scanMs,
      reportMs: z
        .record(z.enum(Object.keys(QUERIES) as Name[]), z.array(z.number()))
        .parse(reportMs),
      pageMs: await walk(caller, period),
      byAmountMs: { paid: await byAmount('paid'), earned: await byAmount('earned') },
    };
  } finally {
    await caller.close();
    await stage.close();
  }
}

/** Days in which all payments of the year were made, whatever the zone. */
function yearUpTo(now: number): string {
  const from = dayOf(new Date(now - YEAR_DAYS * DAY_MS));
  return `from=${from}&to=${dayOf(new Date(now + 2 * DAY_MS))}&zone=Europe/Berlin`;
}

async function repeat(times: number, call: () => Promise<{ ms: number }>): Promise<number[]> {
  const tookMs: number[] = [];
  const warmUp = Math.ceil(times / 10);
  for (let count = 0; count < warmUp + times; count += 1) {
    const { ms } = await call();
    if (count >= warmUp) tookMs.push(ms);
  }
  return tookMs;
}

const pageSchema = z.object({ nextCursor: z.string().nullable() });

/** Pages of affiliates one after the other, as far as there are any. */
async function walk(caller: Caller, period: string): Promise<number[]> {
  const tookMs: number[] = [];
  let cursor = '';
  for (let page = 0; page < CALLS; page += 1) {
    const { ms, text } = await caller.get(
      `${REPORTS}/affiliates?limit=${PAGE_ROWS}&${period}${cursor}`,
    );
    tookMs.push(ms);
    const { nextCursor } = pageSchema.parse(JSON.parse(text));
    if (nextCursor === null) break;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return tookMs;
}

const scanRow = z.object({ payments: countColumn });

async function scan({ db }: Stage): Promise<{ ms: number }> {
  const startedMs = performance.now();
  await db.run(
    scanRow,
    `select created_at::date as day, status, currency, count(*) as payments, sum(amount_minor)::text as amount
     from payments group by 1, 2, 3`,
    [],
    { deadlineMs: 60_000 },
  );
  return { ms: performance.now() - startedMs };
}

const summarySchema = z.object({
  rows: z.array(
    z.object({ measure: z.string(), status: z.string().nullable(), payments: z.number() }),
  ),
});

/** A wrong answer is no figure: the summary counts each payment once. */
async function expectRight(
  stage: Stage,
  caller: Caller,
  period: string,
  payments: number,
): Promise<void> {
  const { text } = await caller.get(`${REPORTS}/summary?${period}`);
  const made = summarySchema
    .parse(JSON.parse(text))
    .rows.filter(({ measure, status }) => measure === 'made' && status === null);
  const counted = made.reduce((sum, row) => sum + row.payments, 0);
  const there = onlyRow(await stage.db.run(scanRow, 'select count(*) as payments from payments'));
  if (counted !== payments || there.payments !== payments) {
    throw new Error(`a wrong summary: it counts ${counted} payments of ${there.payments}`);
  }
}

function figuresOf(payments: number, spread: Spread, { addUpMs, rounds }: MeasuredYear): Figure[] {
  const over = `${payments.toLocaleString('en-US')} ${spread}`;
  const health = rounds.map(({ healthMs }) => percentile(healthMs, 0.5));
  const scans = rounds.map(({ scanMs }) => percentile(scanMs, 0.5));
  const figure = (
    name: string,
    measured: number[],
    reference: Figure['reference'],
    goalMs?: number,
  ): Figure => ({
    suite: SUITE,
    name,
    unit: 'ms',
    measured,
    reference,
    goal:
      goalMs === undefined || payments < JUDGED_FROM
        ? undefined
        : { of: 'measured', atMost: goalMs },
  });
  const both = (name: string, times: readonly number[][], reference: Figure['reference']) => [
    figure(
      `${name} over ${over}, p50`,
      times.map((ms) => percentile(ms, 0.5)),
      reference,
    ),
    figure(
      `${name} over ${over}, p95`,
      times.map((ms) => percentile(ms, 0.95)),
      reference,
      GOAL_P95_MS,
    ),
  ];
  const plainScan = { what: 'plain scan', values: scans };
  const plainHttp = { what: 'GET /healthz', values: health };
  return [
    ...(Object.keys(QUERIES) as Name[]).flatMap((name) =>
      both(
        name,
        rounds.map(({ reportMs }) => reportMs[name]),
        plainScan,
      ),
    ),
    ...both(
      `affiliates, page of ${PAGE_ROWS}`,
      rounds.map(({ pageMs }) => pageMs),
      plainHttp,
    ),
    ...AMOUNTS.flatMap((sort) =>
      both(
        `affiliates sorted by ${sort}`,
        rounds.map(({ byAmountMs }) => byAmountMs[sort]),
        plainScan,
      ),
    ),
    { suite: SUITE, name: `adding up ${over}`, unit: 's', measured: [addUpMs / 1_000] },
  ];
}
