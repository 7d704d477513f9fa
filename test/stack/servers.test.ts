import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { identify } from '../../stack/identity.ts';
import { freePort, readStackFile, type StackInfo } from '../../stack/index.ts';
import { runCommand, runTypeScript, type RunningProgram } from '../support/program.ts';
import { temporaryDir } from '../support/temp-dir.ts';

// Postgres and Temporal alone: what is ours is covered where the whole is started.
const SERVERS_ONLY = { parts: { api: false, worker: false, simulator: false } };

function runStack(options: object, env?: NodeJS.ProcessEnv): RunningProgram {
  const json = JSON.stringify({ ...SERVERS_ONLY, ...options });
  return runTypeScript('test/stack/programs/run-stack.ts', [json], { ...process.env, ...env });
}

async function infoOf(stack: RunningProgram): Promise<StackInfo> {
  const [, json = ''] = await stack.waitFor(/^UP (.*)$/m);
  return JSON.parse(json) as StackInfo;
}

/** Process ids of the two servers. */
const serversOf = ({ processes }: StackInfo): number[] =>
  [processes.postgres, processes.temporal].filter((pid) => pid !== null);

const running = (pids: readonly number[]): number[] =>
  pids.filter((pid) => identify(pid) !== undefined);

async function withSql<T>(url: string, run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await run(sql);
  } finally {
    await sql.end();
  }
}

describe('Postgres and Temporal of a stack', () => {
  it('answer at the addresses in the stack file, which only its owner may read', async () => {
    const dataDir = temporaryDir();
    const stack = runStack({ dataDir });
    const info = await infoOf(stack);
    expect(readStackFile(dataDir)).toEqual(info);
    expect(statSync(path.join(dataDir, 'stack.json')).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    const settings = await withSql(
      info.databaseUrl,
      (sql) => sql`
        select name, setting from pg_settings
        where name in ('max_connections', 'synchronous_commit', 'listen_addresses', 'fsync')
        order by name`,
    );
    expect(settings.map(({ name, setting }) => `${name}=${setting}`)).toEqual([
      'fsync=on',
      'listen_addresses=127.0.0.1',
      'max_connections=200',
      'synchronous_commit=on',
    ]);
    expect((await fetch(info.temporalUiUrl)).status).toBe(200);

    stack.child.kill('SIGINT');
    expect(await stack.ended).toBe(0);
    expect(running(serversOf(info))).toEqual([]);
    expect(existsSync(path.join(dataDir, 'stack.json'))).toBe(false);
  });

  it('refuse a second stack on the same data, and leave the first alone', async () => {
    const dataDir = temporaryDir();
    const first = runStack({ dataDir });
    const info = await infoOf(first);
    const second = runStack({ dataDir });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(
      `ERROR A stack already runs on ${dataDir} (process ${first.child.pid}).`,
    );
    expect(readStackFile(dataDir)).toEqual(info);
    first.child.kill('SIGINT');
    await first.ended;
  });

  it('are ended and started again on the same data after kill -9 of the stack', async () => {
    const dataDir = temporaryDir();
    const crashed = runStack({ dataDir });
    const before = await infoOf(crashed);
    await withSql(before.databaseUrl, async (sql) => {
      await sql`create table kept (id int)`;
      await sql`insert into kept values (42)`;
    });
    const workflowId = await startWorkflow(before);
    crashed.child.kill('SIGKILL');
    await crashed.ended;
    expect(running(serversOf(before))).toEqual(serversOf(before));

    const stack = runStack({ dataDir });
    const after = await infoOf(stack);
    expect(stack.output()).toContain('ending 2 processes of a stack that crashed');
    expect(running(serversOf(before))).toEqual([]);
    expect(await withSql(after.databaseUrl, (sql) => sql`select id from kept`)).toEqual([
      { id: 42 },
    ]);
    expect(await statusOf(after, workflowId)).toBe('RUNNING');
    stack.child.kill('SIGINT');
    await stack.ended;
  });

  it('start again on the same data after kill -9 of everything', async () => {
    const dataDir = temporaryDir();
    const killed = runStack({ dataDir });
    const before = await infoOf(killed);
    const sql = postgres(before.databaseUrl, { max: 1 });
    await sql`create table kept as select generate_series(1, 1000) as id`;
    killed.child.kill('SIGKILL');
    for (const pid of serversOf(before)) process.kill(pid, 'SIGKILL');
    await killed.ended;
    await sql.end({ timeout: 1 }).catch(() => undefined);

    const stack = runStack({ dataDir });
    const after = await infoOf(stack);
    const [counted] = await withSql(after.databaseUrl, (db) => db`select count(*)::int from kept`);
    expect(counted).toEqual({ count: 1000 });
    stack.child.kill('SIGINT');
    await stack.ended;
  });

  it('do not take another program for Postgres whose id stands in a stale pid file', async () => {
    const dataDir = temporaryDir();
    const first = runStack({ dataDir });
    await infoOf(first);
    first.child.kill('SIGINT');
    await first.ended;
    const stranger = runCommand('sleep', ['60']);
    const pidFile = path.join(dataDir, 'postgres', 'postmaster.pid');
    writeFileSync(pidFile, `${stranger.child.pid}\n${dataDir}/postgres\n1\n1\n\n\n`);
    chmodSync(pidFile, 0o644);
    const second = runStack({ dataDir });
    await infoOf(second);
    expect(running([stranger.child.pid ?? 0])).toHaveLength(1);
    second.child.kill('SIGINT');
    await second.ended;
  });

  it.each([0, 300, 900])(
    'leave nothing running when interrupted %i ms into the start',
    async (waitMs) => {
      const dataDir = temporaryDir();
      const stack = runStack({ dataDir });
      await stack.waitFor(/progress postgres starting/);
      await sleep(waitMs);
      stack.child.kill('SIGINT');
      await stack.ended;
      expect(stack.output()).toMatch(/ABORTED|STOPPED/);
      const left = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
        .stdout.split('\n')
        .filter((line) => line.includes(dataDir));
      expect(left).toEqual([]);
      expect(existsSync(path.join(dataDir, 'stack.json'))).toBe(false);
      expect(readFileSync(path.join(dataDir, 'processes.json'), 'utf8').trim()).toBe('[]');
    },
  );

  it('run where only root may enter the folder above', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('only root can make such a folder unreachable');
    const stack = runStack({ dataDir: path.join(temporaryDir(0o700), 'data') });
    const info = await infoOf(stack);
    expect(await withSql(info.databaseUrl, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
    stack.child.kill('SIGINT');
    expect(await stack.ended).toBe(0);
  });
});

describe('what a stack needs', () => {
  it('is missed in one line: a port that is taken', async () => {
    const port = await freePort();
    const holder = runCommand(process.execPath, [
      '--eval',
      `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('taken'))`,
    ]);
    await holder.waitFor(/taken/);
    const stack = runStack({ dataDir: temporaryDir(), ports: { temporal: port } });
    expect(await stack.ended).toBe(1);
    expect(stack.output()).toContain(`ERROR Port ${port}, asked for by --temporal-port, is taken.`);
  });

  it('is missed in one line: a database that does not answer, without its password', async () => {
    const port = await freePort();
    const env = { DATABASE_URL: `postgres://me:pa55word@127.0.0.1:${port}/payouts` };
    const stack = runStack({ dataDir: temporaryDir() }, env);
    expect(await stack.ended).toBe(1);
    expect(stack.output()).toContain(
      `ERROR Postgres at 127.0.0.1:${port}/payouts (DATABASE_URL) does not answer`,
    );
    expect(stack.output()).not.toContain('pa55word');
  });

  it('is missed in one line: a Temporal that does not answer', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const stack = runStack({ dataDir: temporaryDir() }, { TEMPORAL_ADDRESS: address });
    expect(await stack.ended).toBe(1);
    expect(stack.output()).toContain(`ERROR Temporal at ${address} (TEMPORAL_ADDRESS) does not`);
  });

  it('is missed in one line: a data folder that cannot be made', async () => {
    const file = path.join(temporaryDir(), 'file');
    writeFileSync(file, '');
    const stack = runStack({ dataDir: path.join(file, 'data') });
    expect(await stack.ended).toBe(1);
    expect(stack.output()).toMatch(/^ERROR The data folder .*cannot be written/m);
  });

  it('is missed in one line: room on the disk', async ({ skip }) => {
    const dir = temporaryDir();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', dir]);
    if (mounted.status !== 0) skip('a small disk cannot be mounted here');
    try {
      const stack = runStack({ dataDir: path.join(dir, 'data') });
      expect(await stack.ended).toBe(1);
      expect(stack.output()).toMatch(/^ERROR The disk of .* is full: \d+ MB free/m);
    } finally {
      spawnSync('umount', [dir]);
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

async function startWorkflow({ temporalAddress }: StackInfo): Promise<string> {
  const connection = await Connection.connect({ address: temporalAddress });
  const workflowId = 'survivor';
  await new Client({ connection }).workflow.start('any', { workflowId, taskQueue: 'none' });
  await connection.close();
  return workflowId;
}

async function statusOf({ temporalAddress }: StackInfo, workflowId: string): Promise<string> {
  const connection = await Connection.connect({ address: temporalAddress });
  const { status } = await new Client({ connection }).workflow.getHandle(workflowId).describe();
  await connection.close();
  return status.name;
}
