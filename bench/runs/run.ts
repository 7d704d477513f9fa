import { z } from 'zod';
import { onlyRow, countColumn } from '../../db/rows.ts';
import { cpuSeconds } from '../measure/process-figures.ts';
import type { StatementTally } from '../measure/counting-db.ts';
import type { Ground } from '../ground.ts';
import type { Stage } from '../stage.ts';

/** One batch paid, by one of the two that race. Times run from the moment the batch was queued. */
export interface Run {
  by: 'temporal' | 'loop';
  payments: number;
  chunks: number;
  handedOverMs: number;
  completedMs: number;
  /** Of the worker or the loop. */
  peakMemoryMiB: number | null;
  /** Transactions in the database, those of its own housekeeping among them. */
  transactions: number;
  /** Processor time of each process while it ran. */
  cpu: Record<string, number>;
  loadBefore: number;
  events?: number;
  statements?: readonly StatementTally[];
}

const timesRow = z.object({
  status: z.string(),
  chunks: z.number(),
  handed_over_ms: z.number(),
  completed_ms: z.number(),
  completed: countColumn,
  entries: countColumn,
});

const statsSchema = z.object({
  stats: z.array(z.object({ status: z.string(), count: z.number(), amount: z.number() })),
});

/**
 * How long the batch took, by the database's own clock. Throws where not every payment was paid, the
 * ledger lacks entries or the simulator moved other money: a wrong run is no figure.
 */
export async function readTimes(stage: Stage, batchId: string, payments: number) {
  const times = onlyRow(
    await stage.db.run(
      timesRow,
      `select b.status, b.chunk_count as chunks,
         (extract(epoch from b.settling_at - b.queued_at) * 1000)::float8 as handed_over_ms,
         (extract(epoch from b.completed_at - b.queued_at) * 1000)::float8 as completed_ms,
         (select count(*) from payments p where p.batch_id = b.id and p.status = 'COMPLETED') as completed,
         (select count(*) from ledger_entries l where l.batch_id = b.id) as entries
       from batches b where b.id = $1`,
      [batchId],
      { deadlineMs: 60_000 },
    ),
  );
  const answer = await fetch(`${stage.services.simulatorUrl}/_sim/stats`);
  const { stats } = statsSchema.parse(await answer.json());
  const settled = stats.find(({ status }) => status === 'settled')?.count ?? 0;
  const right =
    times.completed === payments &&
    times.entries === 2 * payments &&
    settled === payments &&
    stats.length === 1;
  if (!right) {
    throw new Error(
      `not every payment was paid once: ${JSON.stringify({ payments, ...times, simulator: stats })}`,
    );
  }
  return times;
}

/** Processor time of all processes from this call to the next. */
export function cpuMeter({ stack }: Ground, stage: Stage, loopPid: number | null) {
  const { processes } = stack.info;
  const { api, simulator, workers } = stage.services;
  const pids: Record<string, number | null | undefined> = {
    worker: workers[0]?.pid,
    loop: loopPid,
    api: api.pid,
    simulator: simulator.pid,
    postgres: processes.postgres,
    temporal: processes.temporal,
  };
  const running = Object.entries(pids).flatMap(([name, pid]) => (pid ? [{ name, pid }] : []));
  const read = () => new Map(running.map(({ name, pid }) => [name, cpuSeconds(pid)]));
  const before = read();
  return (): Record<string, number> =>
    Object.fromEntries(
      [...read()].map(([name, seconds]) => [name, round(seconds - (before.get(name) ?? 0))]),
    );
}

const round = (seconds: number): number => Math.round(seconds * 100) / 100;
