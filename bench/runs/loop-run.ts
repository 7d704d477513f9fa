import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { SYSTEM } from '../../db/queries/actor.ts';
import { requestExecution } from '../../db/queries/queue-batch.ts';
import { nodeArguments } from '../../stack/paths.ts';
import { loadNow } from '../measure/machine.ts';
import type { Ground } from '../ground.ts';
import { profiling, type Stage } from '../stage.ts';
import type { LoopNews, LoopTask } from './loop-messages.ts';
import { cpuMeter, readTimes, type Run } from './run.ts';

/** Pays the batch by the plain loop, in a process of its own as the worker is one. */
export async function runByLoop(
  ground: Ground,
  stage: Stage,
  batchId: string,
  payments: number,
  profileDir: string | undefined,
): Promise<Run> {
  const child = spawn(process.execPath, nodeArguments('bench/runs/loop-process'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...profiling(profileDir) },
  });
  const exited = once(child, 'exit');
  try {
    const task: LoopTask = { databaseUrl: stage.databaseUrl, mock: stage.mock, batchId };
    child.send(task);
    await newsOf(child, 'ready');
    const loadBefore = loadNow();
    const cpu = cpuMeter(ground, stage, child.pid ?? null);
    await requestExecution(stage.db, { batchId, actor: SYSTEM });
    child.send('go');
    const { statements, peakMemoryMiB } = await newsOf(child, 'done');
    const spent = cpu();
    await exited;
    const times = await readTimes(stage, batchId, payments);
    await stage.stopProduct();
    return {
      by: 'loop',
      payments,
      chunks: times.chunks,
      handedOverMs: times.handed_over_ms,
      completedMs: times.completed_ms,
      peakMemoryMiB,
      transactions: await ground.transactionsIn(stage.database),
      cpu: spent,
      loadBefore,
      statements,
    };
  } finally {
    child.kill('SIGKILL');
  }
}

/** The next news of this kind; rejects where the process ends without. */
function newsOf<Kind extends LoopNews['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<LoopNews, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const isIt = (news: LoopNews): news is Extract<LoopNews, { kind: Kind }> => news.kind === kind;
    const hear = (news: unknown) => {
      if (!isIt(news as LoopNews)) return;
      child.off('message', hear).off('exit', ended);
      resolve(news as Extract<LoopNews, { kind: Kind }>);
    };
    const ended = (code: number | null) =>
      reject(new Error(`the plain loop ended with ${code ?? 'a signal'} before it was ${kind}`));
    child.on('message', hear).on('exit', ended);
  });
}
