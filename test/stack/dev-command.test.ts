import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readStackFile } from '../../stack/index.ts';
import { projectDir } from '../support/program.ts';
import { temporaryDir } from '../support/temp-dir.ts';

const SOON = { timeout: 90_000, interval: 100 };

/** Runs a command in a process group of its own, as a terminal does. */
function inTerminal(command: string, args: readonly string[]): ChildProcess & { pid: number } {
  const child = spawn(command, args, { cwd: projectDir, detached: true, stdio: 'ignore' });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} did not start`);
  onTestFinished(() => void spawnSync('kill', ['-KILL', '--', `-${pid}`]));
  return Object.assign(child, { pid });
}

/** Command lines of processes that have to do with a folder. */
const processesOf = (dataDir: string): string[] =>
  spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.includes(dataDir));

describe('npm run dev', () => {
  it('ends everything on Ctrl-C, which reaches npm and our process alike', async () => {
    const dataDir = temporaryDir();
    const npm = inTerminal('npm', ['run', 'dev', '--', '--data', dataDir]);
    const ended = once(npm, 'exit');
    await expect.poll(() => readStackFile(dataDir)?.processes.worker.length, SOON).toBe(1);
    process.kill(-npm.pid, 'SIGINT');
    await ended;
    await expect.poll(() => processesOf(dataDir), SOON).toEqual([]);
    expect(existsSync(path.join(dataDir, 'stack.json'))).toBe(false);
  });

  it('leaves nothing behind where Ctrl-C is pressed twice while it starts', async () => {
    const dataDir = temporaryDir();
    const npm = inTerminal('npm', ['run', 'dev', '--', '--data', dataDir]);
    const ended = once(npm, 'exit');
    await expect.poll(() => processesOf(path.join(dataDir, 'postgres')), SOON).not.toEqual([]);
    process.kill(-npm.pid, 'SIGINT');
    await sleep(20);
    process.kill(-npm.pid, 'SIGINT');
    await ended;
    await expect.poll(() => processesOf(dataDir), SOON).toEqual([]);
  });

  it('passes the exit code on', async () => {
    const [code] = await once(inTerminal('npm', ['run', 'dev', '--', '--no-such-flag']), 'exit');
    expect(code).toBe(2);
  });
});
