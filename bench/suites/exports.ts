import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { nodeArguments } from '../../stack/paths.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../domain/report/export.ts';
import type { Figure } from '../measure/figure.ts';
import type { ExportNews, ExportTask } from '../runs/export-process.ts';
import { seedYear } from '../seed/year.ts';
import { profiling } from '../stage.ts';
import type { Bench, Findings } from './suite.ts';

const SUITE = 'exports';
/** Goals were set for so many rows; fewer are shown without being judged. */
const JUDGED_FROM = 1_000_000;
const ROWS_PER_SECOND_MIN = 50_000;
const MEMORY_MAX_MIB = 150;

type Round = Record<ExportFormat | 'copy', ExportNews>;

/**
 * All payments of a year as one file, as the activity `exportParts` makes it, in a process of its own; beside
 * a process that has Postgres write the same rows, and drops them.
 */
export async function exports(bench: Bench): Promise<Findings> {
  const figures: Figure[] = [];
  const details: unknown[] = [];
  for (const payments of bench.options.payments) {
    const rounds = await measureSize(bench, payments);
    figures.push(...figuresOf(payments, rounds));
    details.push({ suite: SUITE, payments, rounds });
  }
  return { figures, details };
}

async function measureSize({ ground, options, log, signal }: Bench, payments: number) {
  const template = `exports_${payments}`;
  await seedYear(await ground.copyDatabase(template), payments, 'in batches');
  log(`seeded a year of ${payments} payments`);
  const rounds: Round[] = [];
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      signal.throwIfAborted();
      const measured = async (what: ExportTask['what']) => {
        const database = `${template}_run`;
        const databaseUrl = await ground.copyDatabase(database, template);
        try {
          const news = await runProcess({ what, databaseUrl }, options.profileDir);
          if (news.rows !== payments)
            throw new Error(`${what} has ${news.rows} rows of ${payments}`);
          log(
            `${what}: ${rate(news).toFixed(0)} rows/s, ${(news.cpuMs / 1_000).toFixed(1)} s of processor, ${added(news).toFixed(0)} MiB added`,
          );
          return news;
        } finally {
          await ground.dropDatabase(database);
        }
      };
      rounds.push({
        copy: await measured('copy'),
        csv: await measured('csv'),
        jsonl: await measured('jsonl'),
      });
    }
  } finally {
    await ground.dropDatabase(template);
  }
  return rounds;
}

/** What the work took beside the loader and the code. */
const added = ({ idleMemoryMiB, peakMemoryMiB }: ExportNews): number =>
  idleMemoryMiB === null || peakMemoryMiB === null ? Number.NaN : peakMemoryMiB - idleMemoryMiB;

const rate = ({ rows, ms }: ExportNews): number => (rows / ms) * 1_000;

async function runProcess(task: ExportTask, profileDir: string | undefined): Promise<ExportNews> {
  const child = spawn(process.execPath, nodeArguments('bench/runs/export-process'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...profiling(profileDir) },
  });
  const exited = once(child, 'exit');
  const failed = exited.then(([code]) => {
    throw new Error(`the exporting process ended with ${String(code)} before it was done`);
  });
  failed.catch(() => {});
  try {
    child.send(task);
    const [news] = await Promise.race([once(child, 'message'), failed]);
    await exited;
    return news as ExportNews;
  } finally {
    child.kill('SIGKILL');
  }
}

function figuresOf(payments: number, rounds: readonly Round[]): Figure[] {
  const judged = payments >= JUDGED_FROM;
  return EXPORT_FORMATS.flatMap((format): Figure[] => [
    {
      suite: SUITE,
      name: `${payments} payments as ${format}`,
      unit: 'rows/s',
      measured: rounds.map((round) => rate(round[format])),
      reference: {
        what: 'Postgres alone, COPY',
        values: rounds.map((round) => rate(round.copy)),
      },
      goal: judged ? { of: 'measured', atLeast: ROWS_PER_SECOND_MIN } : undefined,
    },
    {
      suite: SUITE,
      name: `${payments} payments as ${format}, memory added`,
      unit: 'MiB',
      measured: rounds.map((round) => added(round[format])),
      reference: {
        what: 'reading the COPY',
        values: rounds.map(({ copy }) => added(copy)),
      },
      goal: judged ? { of: 'measured', atMost: MEMORY_MAX_MIB } : undefined,
    },
  ]);
}
