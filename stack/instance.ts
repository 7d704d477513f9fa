import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from './errors.ts';
import { identify, isAlive, signalProcess, waitForEnd, type ProcessIdentity } from './identity.ts';
import { readJson, writeJson } from './json-file.ts';
import { tryLock } from './lock.ts';

/** The right to be the one stack on a data folder, and the list of the processes it has started. */
export interface Instance {
  /** Notes that a process runs now, or (null) that it has ended. */
  record(name: string, pid: number | null): void;
  release(): void;
}

interface RecordedProcess extends ProcessIdentity {
  readonly name: string;
}

/**
 * Claims the data folder. Where the stack before crashed, its processes, known by id and time of
 * start, are ended first.
 * @throws StackError where another stack runs on it.
 */
export async function claimDataDir(
  dataDir: string,
  progress: (text: string) => void,
): Promise<Instance> {
  const { lock, holder } = tryLock(path.join(dataDir, 'stack.lock'));
  if (lock === undefined) {
    throw new StackError(
      `A stack already runs on ${dataDir} (process ${holder.pid}).`,
      'Use that one (`bursar status`), end it with Ctrl-C, or give another folder with --data.',
    );
  }
  const file = path.join(dataDir, 'processes.json');
  await endOrphans((readJson(file) ?? []) as RecordedProcess[], progress);
  const running = new Map<string, RecordedProcess>();
  const save = () => writeJson(file, [...running.values()]);
  save();
  return {
    record: (name, pid) => {
      const identity = pid === null ? undefined : identify(pid);
      if (identity === undefined) running.delete(name);
      else running.set(name, { name, ...identity });
      save();
    },
    release: () => lock.release(),
  };
}

/** A crash has cut them off anyway, so all but the databases are ended without a word. */
async function endOrphans(
  recorded: readonly RecordedProcess[],
  progress: (text: string) => void,
): Promise<void> {
  const orphans = recorded.filter(isAlive);
  if (orphans.length === 0) return;
  progress(`ending ${orphans.length} processes of a stack that crashed`);
  for (const orphan of orphans) {
    if (orphan.name === 'postgres') signalProcess(orphan, 'SIGINT');
    else if (orphan.name === 'temporal') signalProcess(orphan, 'SIGTERM');
    else signalProcess(orphan, 'SIGKILL');
  }
  for (const orphan of orphans) {
    if (await waitForEnd(orphan, 10_000)) continue;
    signalProcess(orphan, 'SIGKILL');
    await waitForEnd(orphan, 5_000);
  }
  // The backends of a killed Postgres notice it a moment later.
  await sleep(100);
}
