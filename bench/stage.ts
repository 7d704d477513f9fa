import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openDatabase, type Db } from '../db/client.ts';
import type { MockConfig } from '../providers/mock/provider.ts';
import { withFreePorts, type StackLog } from '../stack/index.ts';
import { inDatabase } from '../stack/postgres/migrate.ts';
import { loadSecrets } from '../stack/secrets.ts';
import { Services } from '../stack/services.ts';
import { logEvent, type Ground } from './ground.ts';

/** A fault rule of the simulator, as simulator/README.md describes them. */
export interface FaultRule {
  when: { operation: 'submit' };
  effect: string;
  ms: number;
}

export interface StageOptions {
  /** The database that this stage copies and works on. */
  template: string;
  submission: MockConfig['submission'];
  faults: readonly FaultRule[];
  worker: boolean;
  api: boolean;
  profileDir: string | undefined;
}

/** Fresh processes on a fresh copy of a database, for one measurement. */
export interface Stage {
  readonly database: string;
  readonly databaseUrl: string;
  readonly db: Db;
  readonly mock: MockConfig;
  readonly services: Services;
  /** Ends the processes that write, so that their last figures are known to Postgres. */
  stopProduct(): Promise<void>;
  close(): Promise<void>;
}

/** Of what the processes wrote, so many lines are shown where one does not start. */
const LINES_SHOWN = 30;

let stages = 0;

/** Sets the stage up and resolves when everything on it answers. */
export async function openStage(
  ground: Ground,
  options: StageOptions,
  log: (text: string) => void,
): Promise<Stage> {
  stages += 1;
  const database = `bench_${stages}`;
  const dataDir = mkdtempSync(path.join(ground.dir, 'stage-'));
  chmodSync(dataDir, 0o711);
  const databaseUrl = await ground.copyDatabase(database, options.template);
  const written: string[] = [];
  const services = await makeServices(ground, dataDir, databaseUrl, options, (event) => {
    if (event.kind === 'output') written.push(`[${event.source}] ${event.text}`);
    if (written.length > LINES_SHOWN) written.shift();
    logEvent(event, log);
  });
  const db = openDatabase(databaseUrl);
  const stopProduct = async () => {
    await Promise.all([services.api, ...services.workers].map((each) => each.stop()));
  };
  const close = async () => {
    await services.stop();
    await db.close();
    await ground.dropDatabase(database);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await services.simulator.start();
    await setFaults(services.simulatorUrl, options.faults);
    const parts = { simulator: true, api: options.api, worker: options.worker };
    await services.startProduct(parts, 1);
  } catch (error) {
    written.forEach((line) => log(line));
    await close();
    throw error;
  }
  const { mockApiKey, webhookSecret } = loadSecrets(dataDir);
  const mock: MockConfig = {
    baseUrl: `${services.simulatorUrl}/mock`,
    apiKey: mockApiKey,
    webhookSecret,
    submission: options.submission,
  };
  return { database, databaseUrl, db, mock, services, stopProduct, close };
}

async function makeServices(
  ground: Ground,
  dataDir: string,
  databaseUrl: string,
  { submission, profileDir }: StageOptions,
  log: StackLog,
): Promise<Services> {
  const ports = await withFreePorts();
  const { temporalAddress, temporalNamespace, temporalUiUrl } = ground.stack.info;
  return new Services({
    dataDir,
    apiPort: ports.api,
    simulatorPort: ports.simulator,
    databaseUrls: () => inDatabase(ground.stack.databaseUrls, databaseUrl),
    temporalAddress,
    temporalNamespace,
    temporalUiUrl,
    secrets: loadSecrets(dataDir),
    env: {
      BURSAR_MOCK_SUBMISSION: submission,
      BURSAR_WORKFLOW_BUNDLE_CACHE: ground.bundleDir,
      ...profiling(profileDir),
    },
    log,
    onChange: () => undefined,
  });
}

/** The environment of a process that is to leave a profile when it ends. */
export const profiling = (profileDir: string | undefined): Record<string, string> =>
  profileDir === undefined
    ? {}
    : {
        NODE_OPTIONS: `--import=${new URL('measure/profile.js', import.meta.url).href}`,
        BURSAR_BENCH_PROFILE_DIR: path.resolve(profileDir),
      };

async function setFaults(simulatorUrl: string, rules: readonly FaultRule[]): Promise<void> {
  const answer = await fetch(`${simulatorUrl}/_sim/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ seed: 1, rules }),
  });
  if (!answer.ok) throw new Error(`the simulator refused its rules: ${await answer.text()}`);
}
