import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { openDatabase } from '../../db/client.ts';
import { onlyRow } from '../../db/rows.ts';
import { projectRoot } from '../../stack/paths.ts';

const packageSchema = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()),
});

/** How busy the machine was, in runnable processes over the last minute; it should be near zero. */
export const loadNow = (): number => os.loadavg()[0] ?? 0;

/** What the figures were measured on. */
export async function describeMachine(databaseUrl: string, temporal: Client) {
  const { version, dependencies } = packageSchema.parse(
    JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')),
  );
  const info = await temporal.workflowService.getSystemInfo({});
  return {
    cpus: os.availableParallelism(),
    cpuModel: os.cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.type()} ${os.release()}`,
    loadAtStart: loadNow(),
    bursar: version,
    node: process.version,
    temporalSdk: dependencies['@temporalio/worker'] ?? 'unknown',
    temporalServer: info.serverVersion ?? 'unknown',
    postgres: await postgresVersion(databaseUrl),
  };
}

export type Machine = Awaited<ReturnType<typeof describeMachine>>;

async function postgresVersion(databaseUrl: string): Promise<string> {
  const db = openDatabase(databaseUrl);
  try {
    const row = z.object({ version: z.string() });
    return onlyRow(await db.run(row, `select current_setting('server_version') as version`))
      .version;
  } finally {
    await db.close();
  }
}
