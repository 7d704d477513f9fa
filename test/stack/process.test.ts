import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identify } from '../../stack/identity.ts';
import type { StackEvent } from '../../stack/index.ts';
import { openLogFile } from '../../stack/log-file.ts';
import { ManagedProcess, type ProcessSpec } from '../../stack/process.ts';
import { runTypeScript } from '../support/program.ts';
import { temporaryDir } from '../support/temp-dir.ts';

const STAYS_UP = `console.log('hello'); setInterval(() => {}, 1000);`;

function nodeProgram(code: string, changes: Partial<ProcessSpec> = {}) {
  const events: StackEvent[] = [];
  const pids: (number | null)[] = [];
  const managed = new ManagedProcess(
    {
      name: 'program',
      command: process.execPath,
      args: ['--eval', code],
      env: process.env,
      ready: { line: (text) => text === 'hello' },
      readyTimeoutMs: 10_000,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 500,
      ...changes,
    },
    {
      log: (event) => events.push(event),
      logFile: openLogFile(temporaryDir(), 'program'),
      onChange: () => pids.push(managed.pid),
    },
  );
  onTestFinished(() => managed.stop());
  const warnings = () => events.filter(({ kind }) => kind === 'warning').map(({ text }) => text);
  return { managed, events, pids, warnings };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

describe('ManagedProcess', () => {
  it('is up once its line was seen and passes its output on', async () => {
    const { managed, events } = nodeProgram(STAYS_UP);
    await managed.start();
    expect(managed.pid).toBeGreaterThan(0);
    expect(events.map(({ kind, source, text }) => ({ kind, source, text }))).toEqual([
      { kind: 'output', source: 'program', text: 'hello' },
    ]);
  });

  it('comes back after a kill, each time later, with a line that says so', async () => {
    const { managed, pids, warnings } = nodeProgram(STAYS_UP);
    await managed.start();
    await managed.kill('SIGKILL');
    await until(() => pids.length === 3);
    await managed.kill('SIGKILL');
    await until(() => pids.length === 5);
    expect(new Set(pids).size).toBe(4);
    expect(warnings()).toEqual([
      'ended by SIGKILL; starting it again in 0.5 s',
      'ended by SIGKILL; starting it again in 1 s',
    ]);
  });

  it('stays down when killed to stay down, until it is started', async () => {
    const { managed, warnings } = nodeProgram(STAYS_UP);
    await managed.start();
    await managed.kill('SIGKILL', { keepDown: true });
    await sleep(800);
    expect(managed.pid).toBeNull();
    expect(managed.isDown).toBe(true);
    expect(warnings()).toEqual([]);
    await managed.start();
    expect(managed.pid).not.toBeNull();
  });

  it('is killed when it does not end in time', async () => {
    const { managed, warnings } = nodeProgram(`process.on('SIGTERM', () => {}); ${STAYS_UP}`);
    await managed.start();
    await managed.stop();
    expect(managed.pid).toBeNull();
    expect(warnings()).toEqual(['still runs 0.5 s after SIGTERM; killing it']);
  });

  it('says with which last words it ended instead of becoming ready, and stays down', async () => {
    const { managed } = nodeProgram(`console.error('no config'); process.exit(3);`);
    await expect(managed.start()).rejects.toMatchObject({
      name: 'StackError',
      message: 'program ended with exit code 3: no config',
      remedy: expect.stringMatching(/program\.log\.$/),
    });
    expect(managed.isDown).toBe(true);
  });

  it('says that it was not ready in time, and ends it', async () => {
    const { managed } = nodeProgram('setInterval(() => {}, 1000)', { readyTimeoutMs: 300 });
    await expect(managed.start()).rejects.toThrow('program was not ready after 0.3 s.');
    expect(managed.pid).toBeNull();
  });

  it('says that the program does not exist', async () => {
    const { managed } = nodeProgram('', { command: '/nowhere/program' });
    await expect(managed.start()).rejects.toThrow(/could not be run.*ENOENT/);
  });

  it('says that its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { managed } = nodeProgram(`require('net').createServer().listen(${port}, '127.0.0.1')`);
    await expect(managed.start()).rejects.toThrow(/its port was taken by another program/);
  });

  it('says that the disk is full', async () => {
    const { managed } = nodeProgram(
      `console.error('write failed: No space left on device'); process.exit(1)`,
    );
    await expect(managed.start()).rejects.toThrow(
      'The disk is full: program ended with exit code 1',
    );
  });

  it('does not outlive the process that started it', async () => {
    const program = runTypeScript('test/stack/programs/exit-early.ts', [temporaryDir()]);
    const [, pid] = await program.waitFor(/PID (\d+)/);
    expect(await program.ended).toBe(1);
    await expect.poll(() => identify(Number(pid)), { timeout: 10_000 }).toBeUndefined();
  });
});
