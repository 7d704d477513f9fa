import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify } from '../../stack/identity.ts';
import { readStackFile, startStack, type Stack, type StackInfo } from '../../stack/index.ts';
import { runTypeScript } from '../support/program.ts';
import { longLivedDir, temporaryDir } from '../support/temp-dir.ts';

const SOON = { timeout: 60_000, interval: 100 };

const statusOf = (url: string, key?: string): Promise<number> =>
  fetch(url, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } }).then(
    ({ status }) => status,
    () => 0,
  );

const pidsOf = ({ processes }: StackInfo): number[] =>
  [
    processes.api,
    ...processes.worker,
    processes.simulator,
    processes.temporal,
    processes.postgres,
  ].filter((pid) => pid !== null);

const running = (pids: readonly number[]): number[] =>
  pids.filter((pid) => identify(pid) !== undefined);

describe('a whole stack', () => {
  let dataDir = '';
  let stack: Stack;

  beforeAll(async () => {
    dataDir = longLivedDir();
    stack = await startStack({ dataDir, workers: 2, log: () => undefined });
  });
  afterAll(() => stack.stop());

  const ready = () => statusOf(`${stack.info.apiUrl}/readyz`);
  const fromFile = () => readStackFile(dataDir)?.processes;

  it('is described by its stack file, and its key is an administrator’s', async () => {
    const info = readStackFile(dataDir);
    expect(info).toEqual(stack.info);
    expect(info?.processes.worker).toHaveLength(2);
    expect(running(pidsOf(stack.info))).toHaveLength(6);
    expect(await ready()).toBe(200);
    const { apiUrl, apiKey, simulatorUrl } = stack.info;
    expect(await statusOf(`${apiUrl}/api/disbursement/batches`, apiKey)).toBe(200);
    expect(await statusOf(`${apiUrl}/api/disbursement/batches`)).toBe(401);
    expect(await statusOf(`${simulatorUrl}/_sim/stats`)).toBe(200);
  });

  it('keeps what each process writes in a file', () => {
    const log = readFileSync(path.join(dataDir, 'logs', 'worker-2.log'), 'utf8');
    expect(log).toContain('worker ready');
  });

  it('brings back a worker that was killed, and notes its new id', async () => {
    const [killed, other] = stack.info.processes.worker;
    await stack.killWorker(0, 'SIGKILL');
    expect(fromFile()?.worker).toEqual([other]);
    await expect.poll(() => fromFile()?.worker.length, SOON).toBe(2);
    expect(fromFile()?.worker).not.toContain(killed);
  });

  it('leaves a worker down that is to stay down, until one is started', async () => {
    const [, second] = stack.info.processes.worker;
    await stack.killWorker(0, 'SIGKILL', { keepDown: true });
    const pid = await stack.startWorker();
    expect(stack.info.processes.worker).toEqual([pid, second]);
  });

  it('restarts the API, the simulator, Temporal and Postgres at the same addresses', async () => {
    const before = stack.info;
    await stack.killApi('SIGKILL', { keepDown: true });
    expect(await ready()).toBe(0);
    await stack.restartApi();
    await stack.restartSimulator();
    await stack.killTemporal('SIGKILL', { keepDown: true });
    await stack.restartTemporal();
    await stack.killPostgres('SIGKILL', { keepDown: true });
    await stack.restartPostgres();
    await expect.poll(ready, SOON).toBe(200);
    expect(stack.info).toEqual({ ...before, processes: expect.anything() });
    expect(running([before.processes.api, before.processes.postgres].map(Number))).toEqual([]);
  });

  it('leaves nothing running and no stack file when stopped, also twice', async () => {
    const pids = pidsOf(stack.info);
    await Promise.all([stack.stop(), stack.stop()]);
    expect(running(pids)).toEqual([]);
    expect(existsSync(path.join(dataDir, 'stack.json'))).toBe(false);
  });
});

describe('stacks of several folders', () => {
  it('run side by side, and come back with the same key after kill -9 of everything', async () => {
    const dirs = [temporaryDir(), temporaryDir()];
    const run = (dataDir: string) =>
      runTypeScript('test/stack/programs/run-stack.ts', [JSON.stringify({ dataDir })]);
    const programs = dirs.map(run);
    await Promise.all(programs.map((program) => program.waitFor(/^UP /m)));
    const [first, second] = dirs.map((dir) => readStackFile(dir));
    if (first === undefined || second === undefined) throw new Error('no stack file');
    expect(await statusOf(`${first.apiUrl}/readyz`)).toBe(200);
    expect(await statusOf(`${second.apiUrl}/readyz`)).toBe(200);
    expect(first.apiKey).not.toBe(second.apiKey);

    programs[0]?.child.kill('SIGKILL');
    for (const pid of pidsOf(first)) process.kill(pid, 'SIGKILL');
    await programs[0]?.ended;
    const again = run(dirs[0] ?? '');
    await again.waitFor(/^UP /m);
    const after = readStackFile(dirs[0] ?? '');
    expect(after?.apiKey).toBe(first.apiKey);
    expect(after?.apiUrl).toBe(first.apiUrl);
    const url = `${after?.apiUrl}/api/disbursement/batches`;
    expect(await statusOf(url, first.apiKey)).toBe(200);
    expect(await statusOf(`${second.apiUrl}/readyz`)).toBe(200);

    for (const program of [again, programs[1]]) program?.child.kill('SIGINT');
    expect(await Promise.all([again.ended, programs[1]?.ended])).toEqual([0, 0]);
  });
});
