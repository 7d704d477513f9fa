import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Figure } from '../measure/figure.ts';
import { loadNow } from '../measure/machine.ts';
import { percentile } from '../measure/statistics.ts';
import { seedPayables } from '../seed/payables.ts';
import { openStage, type Stage } from '../stage.ts';
import { openCaller, type Caller } from './api-caller.ts';
import type { Bench, Findings } from './suite.ts';

const COMMISSIONS_EACH = 10;
/** Goals were set for so many affiliates; fewer are shown without being judged. */
const JUDGED_FROM = 100_000;
const SUITE = 'api';
/** Calls of each filter in a round, after a tenth as many that do not count. */
const CALLS = 100;
const FILTERS = [
  '',
  'currency=USD',
  'currency=USD&provider=mock&ready=true',
  'ready=false',
  'minAmount=15000',
  'q=payee4711',
  'q=Number%2099',
  'limit=1000',
] as const;
const PAGES = 50;
const GOALS_MS = { payable: 100, preview: 1_000, create: 5_000 } as const;

interface Round {
  loadBefore: number;
  payable: Record<string, number[]>;
  healthMs: number[];
  previewMs: number[];
  createMs: number;
  insertOnlyMs: number;
}

/** The API's answers over many affiliates, asked one at a time: what a person at the screen feels. */
export async function api(bench: Bench): Promise<Findings> {
  const { ground, options, log } = bench;
  const template = 'seed_api';
  const startedMs = performance.now();
  const seed = { payees: options.affiliates, commissionsEach: COMMISSIONS_EACH, lived: true };
  await seedPayables(await ground.copyDatabase(template), seed);
  log(
    `seeded ${options.affiliates} affiliates in ${Math.round((performance.now() - startedMs) / 1000)} s`,
  );
  const rounds: Round[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    bench.signal.throwIfAborted();
    rounds.push(await runRound(bench, template));
    log(`api, round ${round + 1} done`);
  }
  return { figures: figuresOf(options.affiliates, rounds), details: { suite: SUITE, rounds } };
}

async function runRound(bench: Bench, template: string): Promise<Round> {
  const parts = { submission: 'single', faults: [], worker: true, api: true } as const;
  const { profileDir } = bench.options;
  const stage = await openStage(bench.ground, { template, ...parts, profileDir }, bench.log);
  const caller = openCaller(stage.services.apiUrl, await stage.services.apiKey());
  try {
    const loadBefore = loadNow();
    const healthMs = await repeat(CALLS, () => caller.get('/healthz'));
    const payable: Record<string, number[]> = {};
    for (const filter of FILTERS) {
      bench.signal.throwIfAborted();
      payable[filter || '(none)'] = await repeat(CALLS, () => caller.get(payablePath(filter)));
    }
    payable[`pages 1 to ${PAGES}`] = await walk(caller);
    const previewMs = [await caller.post(PREVIEW, {}), await caller.post(PREVIEW, {})].map(
      ({ ms }) => ms,
    );
    const { ms: createMs } = await caller.post(BATCHES, {});
    // What the creation has left to be written must not be charged to the insert.
    await sleep(1_000);
    return {
      loadBefore,
      payable,
      healthMs,
      previewMs,
      createMs,
      insertOnlyMs: await insertOnly(stage),
    };
  } finally {
    await caller.close();
    await stage.close();
  }
}

const PREVIEW = '/api/disbursement/batches/preview';
const BATCHES = '/api/disbursement/batches';
const payablePath = (query: string): string =>
  `/api/disbursement/affiliates/payable${query && `?${query}`}`;

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

/** One page after the other, as far as there are any. */
async function walk(caller: Caller): Promise<number[]> {
  const tookMs: number[] = [];
  let query = '';
  for (let page = 0; page < PAGES; page += 1) {
    const { ms, text } = await caller.get(payablePath(query));
    tookMs.push(ms);
    const { nextCursor } = pageSchema.parse(JSON.parse(text));
    if (nextCursor === null) break;
    query = `cursor=${encodeURIComponent(nextCursor)}`;
  }
  return tookMs;
}

/** The same rows of payments into a table with the same columns, checks and indexes, and nothing else. */
async function insertOnly({ db }: Stage): Promise<number> {
  const patient = { deadlineMs: 120_000, repeatable: false };
  await db.run(z.unknown(), 'create table only_payments (like payments including all)');
  const startedMs = performance.now();
  await db.run(
    z.unknown(),
    `insert into only_payments select * from payments where status = 'PENDING'`,
    [],
    patient,
  );
  return performance.now() - startedMs;
}

function figuresOf(affiliates: number, rounds: readonly Round[]): Figure[] {
  const over = affiliates.toLocaleString('en-US');
  const all = rounds.map(({ payable }) => Object.values(payable).flat());
  const health = rounds.map(({ healthMs }) => percentile(healthMs, 0.5));
  const figure = (name: string, measured: number[], goalMs?: number): Figure => ({
    suite: SUITE,
    name,
    unit: 'ms',
    measured,
    reference: { what: 'GET /healthz', values: health },
    goal:
      goalMs === undefined || affiliates < JUDGED_FROM
        ? undefined
        : { of: 'measured', atMost: goalMs },
  });
  const filters = Object.keys(rounds[0]?.payable ?? {});
  return [
    figure(
      `GET payable over ${over}, p50`,
      all.map((ms) => percentile(ms, 0.5)),
    ),
    figure(
      `GET payable over ${over}, p95`,
      all.map((ms) => percentile(ms, 0.95)),
    ),
    figure(
      `GET payable over ${over}, p99`,
      all.map((ms) => percentile(ms, 0.99)),
      GOALS_MS.payable,
    ),
    ...filters.map((filter) =>
      figure(
        `- ${filter}, p99`,
        rounds.map(({ payable }) => percentile(payable[filter] ?? [], 0.99)),
        GOALS_MS.payable,
      ),
    ),
    figure(
      `POST preview over ${over}`,
      rounds.map(({ previewMs }) => Math.max(...previewMs)),
      GOALS_MS.preview,
    ),
    {
      ...figure(
        `POST batches over ${over}`,
        rounds.map(({ createMs }) => createMs),
        GOALS_MS.create,
      ),
      reference: {
        what: 'insert alone',
        values: rounds.map(({ insertOnlyMs }) => insertOnlyMs),
      },
    },
  ];
}
