import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { openDatabase } from '../../db/client.ts';
import { dayOf, daysBefore } from '../../domain/day.ts';
import type { MockConfig } from '../../providers/mock/provider.ts';
import { withFreePorts } from '../../stack/index.ts';
import { nodeArguments } from '../../stack/paths.ts';
import type { Figure } from '../measure/figure.ts';
import { BEHIND_EVERY, FOREIGN } from '../runs/listed-day.ts';
import type { ReconcileNews, ReconcileTask } from '../runs/reconcile-process.ts';
import { seedDay } from '../seed/day.ts';
import { profiling } from '../stage.ts';
import type { Bench, Findings } from './suite.ts';

const SUITE = 'reconcile';
const JUDGED_FROM = 1_000_000;
const SECONDS_MAX = 60;
const MEMORY_MAX_MIB = 300;

interface Round {
  ours: ReconcileNews;
  listAlone: ReconcileNews;
}

/**
 * A day of payments against the list of a provider over HTTP, as the activities of `reconcile` do it,
 * in a process of its own; beside a process that reads the same list by the same adapter and drops it.
 */
export async function reconcile(bench: Bench): Promise<Findings> {
  const figures: Figure[] = [];
  const details: unknown[] = [];
  for (const payments of bench.options.payments) {
    const rounds = await measureSize(bench, payments);
    figures.push(...figuresOf(payments, rounds));
    details.push({ suite: SUITE, payments, rounds });
  }
  return { figures, details };
}

async function measureSize(bench: Bench, payments: number): Promise<Round[]> {
  const { ground, log } = bench;
  const day = daysBefore(dayOf(new Date()), 1);
  const template = `reconcile_${payments}`;
  await seedDay(await ground.copyDatabase(template), payments, day);
  log(`seeded a day of ${payments} payments`);
  const peer = await startPeer(payments, day);
  const rounds: Round[] = [];
  try {
    for (let round = 0; round < bench.options.rounds; round += 1) {
      bench.signal.throwIfAborted();
      rounds.push(await measureRound(bench, { payments, day, template, mock: peer.mock }));
    }
  } finally {
    await peer.stop();
    await ground.dropDatabase(template);
  }
  return rounds;
}

async function measureRound(
  bench: Bench,
  given: { payments: number; day: string; template: string; mock: MockConfig },
): Promise<Round> {
  const { ground, log } = bench;
  const { profileDir } = bench.options;
  const { payments, day, template, mock } = given;
  const database = `${template}_run`;
  const databaseUrl = await ground.copyDatabase(database, template);
  try {
    const task = { databaseUrl, mock, day };
    const listAlone = await runProcess({ ...task, what: 'list' }, undefined);
    const ours = await runProcess({ ...task, what: 'reconcile' }, profileDir);
    await expectRight(databaseUrl, payments, ours);
    log(
      `${payments} payments: list ${seconds(ours.listMs)}, compare ${seconds(ours.compareMs)}, ` +
        `${ours.peakMemoryMiB?.toFixed(0) ?? '?'} MiB; the list alone ${seconds(listAlone.listMs)}, ` +
        `${listAlone.peakMemoryMiB?.toFixed(0) ?? '?'} MiB`,
    );
    return { ours, listAlone };
  } finally {
    await ground.dropDatabase(database);
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

async function startPeer(payments: number, day: string) {
  const { api: port } = await withFreePorts();
  const args = [...nodeArguments('bench/runs/list-peer'), String(port), String(payments), day];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const failed = exited.then(() => {
    throw new Error('the listing peer ended before it was ready');
  });
  await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => {});
  const mock: MockConfig = {
    baseUrl: `http://127.0.0.1:${port}/mock`,
    apiKey: 'bench',
    webhookSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    submission: 'single',
  };
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { mock, stop };
}

async function runProcess(
  task: ReconcileTask,
  profileDir: string | undefined,
): Promise<ReconcileNews> {
  const child = spawn(process.execPath, nodeArguments('bench/runs/reconcile-process'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...profiling(profileDir) },
  });
  const exited = once(child, 'exit');
  const failed = exited.then(([code]) => {
    throw new Error(`the reconciling process ended with ${String(code)} before it was done`);
  });
  failed.catch(() => {});
  try {
    child.send(task);
    const [news] = await Promise.race([once(child, 'message'), failed]);
    await exited;
    return news as ReconcileNews;
  } finally {
    child.kill('SIGKILL');
  }
}

const runRow = z.object({ status: z.string(), matched: z.number(), missing_here: z.number() });

/** A wrong run is no figure. */
async function expectRight(
  databaseUrl: string,
  payments: number,
  { reconciliationId, transfers, healed }: ReconcileNews,
): Promise<void> {
  const db = openDatabase(databaseUrl);
  try {
    const [run] = await db.run(
      runRow,
      'select status, matched, missing_here from reconciliations where id = $1',
      [reconciliationId],
    );
    const right =
      run?.status === 'DONE' &&
      run.matched === payments &&
      run.missing_here === FOREIGN &&
      transfers === payments + FOREIGN &&
      healed === Math.ceil(payments / BEHIND_EVERY);
    if (!right)
      throw new Error(`a wrong comparison: ${JSON.stringify({ run, transfers, healed })}`);
  } finally {
    await db.close();
  }
}

function figuresOf(payments: number, rounds: readonly Round[]): Figure[] {
  const size = payments.toLocaleString('en-US');
  const judged = payments >= JUDGED_FROM;
  const totals = rounds.map(({ ours }) => (ours.listMs + ours.compareMs) / 1_000);
  const goal = (atMost: number) => (judged ? { of: 'measured' as const, atMost } : undefined);
  return [
    {
      suite: SUITE,
      name: `${size} payments, list and comparison`,
      unit: 's',
      measured: totals,
      reference: {
        what: 'list alone',
        values: rounds.map(({ listAlone }) => listAlone.listMs / 1_000),
      },
      goal: goal(SECONDS_MAX),
    },
    {
      suite: SUITE,
      name: `${size} payments, memory`,
      unit: 'MiB',
      measured: rounds.map(({ ours }) => ours.peakMemoryMiB ?? Number.NaN),
      reference: {
        what: 'list alone',
        values: rounds.map(({ listAlone }) => listAlone.peakMemoryMiB ?? Number.NaN),
      },
      goal: goal(MEMORY_MAX_MIB),
    },
  ];
}
