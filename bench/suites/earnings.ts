import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { openDatabase } from '../../db/client.ts';
import { countColumn, onlyRow } from '../../db/rows.ts';
import { nodeArguments } from '../../stack/paths.ts';
import type { Figure } from '../measure/figure.ts';
import { loadNow } from '../measure/machine.ts';
import type { EarningsNews, EarningsTask } from '../runs/earnings-process.ts';
import { CONVERSIONS_EACH, seedConversions } from '../seed/conversions.ts';
import { profiling } from '../stage.ts';
import type { Bench, Findings } from './suite.ts';

const SUITE = 'earnings';
const JUDGED_FROM = 1_000_000;
const SECONDS_MAX = 60;
const MEMORY_MAX_MIB = 300;
const RATIO_MIN = 0.6;

interface Round {
  ours: EarningsNews;
  loop: EarningsNews;
  loadBefore: number;
}

/**
 * Conversions that wait become commissions, as the activity `calculateEarnings` does it, in a process
 * of its own; beside a process that reads, computes by the same engine and inserts, and nothing else.
 */
export async function earnings(bench: Bench): Promise<Findings> {
  const figures: Figure[] = [];
  const details: unknown[] = [];
  for (const conversions of bench.options.payments) {
    const rounds = await measureSize(bench, conversions);
    figures.push(...figuresOf(conversions, rounds));
    details.push({ suite: SUITE, conversions, rounds });
  }
  return { figures, details };
}

async function measureSize(bench: Bench, conversions: number): Promise<Round[]> {
  const { ground, log } = bench;
  const template = `earnings_${conversions}`;
  await seedConversions(await ground.copyDatabase(template), conversions);
  log(`seeded ${conversions} conversions`);
  const rounds: Round[] = [];
  try {
    for (let round = 0; round < bench.options.rounds; round += 1) {
      bench.signal.throwIfAborted();
      const loadBefore = loadNow();
      const oursFirst = round % 2 === 0;
      const first = await measureRun(bench, template, oursFirst ? 'calculate' : 'loop');
      const second = await measureRun(bench, template, oursFirst ? 'loop' : 'calculate');
      const [ours, loop] = oursFirst ? [first, second] : [second, first];
      log(
        `${conversions} conversions: ${told(ours)}; plain loop ${told(loop)}; ratio ${(loop.ms / ours.ms).toFixed(2)}`,
      );
      rounds.push({ ours, loop, loadBefore });
    }
  } finally {
    await ground.dropDatabase(template);
  }
  return rounds;
}

const told = ({ ms, peakMemoryMiB }: EarningsNews): string =>
  `${(ms / 1_000).toFixed(1)} s, ${peakMemoryMiB?.toFixed(0) ?? '?'} MiB`;

async function measureRun(
  { ground, options }: Bench,
  template: string,
  what: EarningsTask['what'],
): Promise<EarningsNews> {
  const database = `${template}_run`;
  const databaseUrl = await ground.copyDatabase(database, template);
  try {
    const news = await runProcess({ what, databaseUrl }, options.profileDir);
    await expectRight(databaseUrl, what, news);
    return news;
  } finally {
    await ground.dropDatabase(database);
  }
}

async function runProcess(
  task: EarningsTask,
  profileDir: string | undefined,
): Promise<EarningsNews> {
  const child = spawn(process.execPath, nodeArguments('bench/runs/earnings-process'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...profiling(task.what === 'calculate' ? profileDir : undefined) },
  });
  const exited = once(child, 'exit');
  const failed = exited.then(([code]) => {
    throw new Error(`the calculating process ended with ${String(code)} before it was done`);
  });
  failed.catch(() => {});
  try {
    child.send(task);
    const [news] = await Promise.race([once(child, 'message'), failed]);
    await exited;
    return news as EarningsNews;
  } finally {
    child.kill('SIGKILL');
  }
}

const stateRow = z.object({
  conversions: countColumn,
  commissions: countColumn,
  decisions: countColumn,
  queued: countColumn,
  differing: countColumn,
});

/** A wrong run is no figure: each conversion has its commission, and by a plain recomputation of the rates the right one. */
async function expectRight(
  databaseUrl: string,
  what: EarningsTask['what'],
  { commissions }: EarningsNews,
): Promise<void> {
  const db = openDatabase(databaseUrl);
  try {
    const rows = await db.run(
      stateRow,
      `with volume as (
         select id, currency, amount_minor, coalesce(sum(amount_minor) over (
           partition by payee_id, currency, date_trunc('month', occurred_at at time zone 'UTC')
           order by occurred_at, external_id rows between unbounded preceding and 1 preceding), 0) as before
         from conversions
       ),
       due as (
         select id, case currency when 'EUR' then round(amount_minor * 0.1)
           else round((greatest(least(before + amount_minor, 50000) - before, 0) * 500
             + greatest(least(before + amount_minor, 100000) - greatest(before, 50000), 0) * 800
             + greatest(before + amount_minor - greatest(before, 100000), 0) * 1200) / 10000) end as amount
         from volume
       )
       select (select count(*) from conversions) as conversions, (select count(*) from commissions) as commissions,
         (select count(*) from conversion_decisions) as decisions, (select count(*) from calculation_queue) as queued,
         (select count(*) from due left join commissions c on c.conversion_id = due.id
          where c.amount_minor is distinct from due.amount) as differing`,
      [],
      { deadlineMs: 120_000 },
    );
    const state = onlyRow(rows);
    const right =
      state.commissions === state.conversions &&
      commissions === state.conversions &&
      state.differing === 0 &&
      (what === 'loop' || (state.decisions === state.conversions && state.queued === 0));
    if (!right) throw new Error(`a wrong calculation: ${JSON.stringify({ what, ...state })}`);
  } finally {
    await db.close();
  }
}

function figuresOf(conversions: number, rounds: readonly Round[]): Figure[] {
  const size = conversions.toLocaleString('en-US');
  const judged = conversions >= JUDGED_FROM;
  const perSecond = ({ ms }: EarningsNews) => conversions / (ms / 1_000);
  return [
    {
      suite: SUITE,
      name: `${size} conversions, of ${CONVERSIONS_EACH} an affiliate`,
      unit: 's',
      measured: rounds.map(({ ours }) => ours.ms / 1_000),
      goal: judged ? { of: 'measured', atMost: SECONDS_MAX } : undefined,
    },
    {
      suite: SUITE,
      name: `${size} conversions, rate`,
      unit: 'conversions/s',
      measured: rounds.map(({ ours }) => perSecond(ours)),
      reference: { what: 'plain loop', values: rounds.map(({ loop }) => perSecond(loop)) },
      goal: judged ? { of: 'ratio', atLeast: RATIO_MIN } : undefined,
    },
    {
      suite: SUITE,
      name: `${size} conversions, memory`,
      unit: 'MiB',
      measured: rounds.map(({ ours }) => ours.peakMemoryMiB ?? Number.NaN),
      reference: {
        what: 'plain loop',
        values: rounds.map(({ loop }) => loop.peakMemoryMiB ?? Number.NaN),
      },
      goal: judged ? { of: 'measured', atMost: MEMORY_MAX_MIB } : undefined,
    },
  ];
}
