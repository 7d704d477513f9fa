import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import type { DatabaseUrls } from '../../stack/postgres/migrate.ts';
import { claimDataDir } from '../../stack/instance.ts';
import { startStack, StackError } from '../../stack/index.ts';

/** The servers that all tests of one run share. */
export interface TestServers {
  /** A migrated database without rows; tests copy it and never connect to it. */
  readonly templateUrl: string;
  /** The template as the API and the worker may reach its copies. */
  readonly databaseUrls: DatabaseUrls;
  readonly temporalAddress: string;
  /** A folder of this run, removed at its end. */
  readonly runDir: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    servers: TestServers;
  }
}

const PREFIX = 'bursar-test-run-';

/**
 * Starts one Postgres and one Temporal for the whole run, on a folder of its own. A developer's
 * DATABASE_URL and TEMPORAL_ADDRESS are not touched: BURSAR_TEST_DATABASE_URL and
 * BURSAR_TEST_TEMPORAL_ADDRESS name servers to test against instead.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  useTestVariable('DATABASE_URL');
  useTestVariable('TEMPORAL_ADDRESS');
  await removeCrashedRuns();
  const runDir = mkdtempSync(path.join(tmpdir(), PREFIX));
  chmodSync(runDir, 0o711);
  const stack = await startStack({
    dataDir: runDir,
    parts: { api: false, worker: false, simulator: false },
    log: ({ kind, source, text }) => {
      if (kind !== 'output') console.error(`[${source}] ${text}`);
    },
  }).catch((error: unknown) => {
    rmSync(runDir, { recursive: true, force: true });
    if (error instanceof StackError) console.error(`${error.message} ${error.remedy}`);
    throw error;
  });
  const { databaseUrl, temporalAddress } = stack.info;
  const { databaseUrls } = stack;
  project.provide('servers', { templateUrl: databaseUrl, databaseUrls, temporalAddress, runDir });
  return async () => {
    await stack.stop();
    rmSync(runDir, { recursive: true, force: true });
  };
}

function useTestVariable(name: string): void {
  const given = process.env[`BURSAR_TEST_${name}`];
  if (given) process.env[name] = given;
  else delete process.env[name];
}

/** A run ended by kill -9 leaves its servers and its folder behind. */
async function removeCrashedRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const dir = path.join(tmpdir(), name);
    try {
      await claimDataDir(dir, () => undefined);
      rmSync(dir, { recursive: true, force: true });
    } catch (error) {
      // Another run, which is still under way.
      if (!(error instanceof StackError)) throw error;
    }
  }
}
