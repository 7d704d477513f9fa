import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import postgres from 'postgres';
import { startStack, type Stack, type StackEvent } from '../stack/index.ts';
import { siblingDatabaseUrl } from '../stack/postgres/database.ts';
import { workflowBundle } from '../worker/bundle.ts';

/** The two servers that all measurements of one run share, and the folder for everything. */
export interface Ground {
  readonly dir: string;
  /** The workflow code, bundled: a worker that had to do it would show the bundler's memory as its own. */
  readonly bundleDir: string;
  readonly stack: Stack;
  readonly temporal: Client;
  /** Makes a database like `template` (an empty, migrated one unless told) and answers its URL. */
  copyDatabase(name: string, template?: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  /** Transactions that ended in this database so far, of all clients whose connections are closed. */
  transactionsIn(name: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * Starts a Postgres and a Temporal of its own in a new folder; a database or a Temporal that the
 * environment names is never measured, and never written to.
 */
export async function startGround(
  signal: AbortSignal,
  log: (text: string) => void,
): Promise<Ground> {
  delete process.env['DATABASE_URL'];
  delete process.env['TEMPORAL_ADDRESS'];
  const dir = mkdtempSync(path.join(tmpdir(), 'bursar-bench-'));
  // The database runs as a user of its own, where this runs as root.
  chmodSync(dir, 0o711);
  try {
    const bundleDir = path.join(dir, 'workflow-bundle');
    await workflowBundle(bundleDir);
    const stack = await startStack({
      dataDir: dir,
      parts: { api: false, worker: false, simulator: false },
      log: (event) => logEvent(event, log),
      signal,
    });
    const connection = await Connection.connect({ address: stack.info.temporalAddress });
    return ground(dir, bundleDir, stack, new Client({ connection }));
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

function ground(dir: string, bundleDir: string, stack: Stack, temporal: Client): Ground {
  const { databaseUrl } = stack.info;
  const sql = postgres(siblingDatabaseUrl(databaseUrl, 'postgres'), { max: 1, onnotice: () => {} });
  const empty = new URL(databaseUrl).pathname.slice(1);
  return {
    dir,
    bundleDir,
    stack,
    temporal,
    async copyDatabase(name, template = empty) {
      // Copying files writes everything out first, so that each measurement begins with a clean slate.
      await sql`create database ${sql(name)} template ${sql(template)} strategy file_copy`;
      return siblingDatabaseUrl(databaseUrl, name);
    },
    async dropDatabase(name) {
      await sql`drop database if exists ${sql(name)} with (force)`;
    },
    async transactionsIn(name) {
      await sql`select pg_stat_clear_snapshot()`;
      const [row] = await sql<{ ended: string }[]>`
        select (xact_commit + xact_rollback)::text as ended from pg_stat_database where datname = ${name}`;
      return Number(row?.ended ?? 0);
    },
    async close() {
      await sql.end({ timeout: 5 });
      await temporal.connection.close();
      await stack.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Warnings only: what the processes write is in their log files. */
export function logEvent({ kind, source, text }: StackEvent, log: (text: string) => void): void {
  if (kind === 'warning') log(`[${source}] ${text}`);
}
